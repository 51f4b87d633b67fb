/** Something that the demo must not leave behind. Both may be called again. */
export interface Prop {
  stop(): Promise<void>;
  /** At once, for the way out on which nothing can be waited for. */
  kill(): void;
}

/** What has been set up, to be taken down the other way round. */
export class Props {
  readonly #kept: Prop[] = [];

  async keep<P extends Prop>(prop: Promise<P>): Promise<P> {
    const kept = await prop;
    this.#kept.push(kept);
    return kept;
  }

  /** Goes on past one that cannot be stopped, and throws for it at the end. */
  async stop(): Promise<void> {
    const failures: unknown[] = [];
    for (let prop = this.#kept.pop(); prop !== undefined; prop = this.#kept.pop()) {
      await prop.stop().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw new AggregateError(failures, "the demo could not clean up");
  }

  kill(): void {
    for (const prop of this.#kept.toReversed()) prop.kill();
  }
}
