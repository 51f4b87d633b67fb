import path from "node:path";
import { NodeChild } from "./node-child.ts";
import type { Prop } from "./prop.ts";

const START_MS_MAX = 20_000;
const REPORT_MS_MAX = 5_000;

/** What the client has seen since it was started. */
export type Tally = Readonly<{
  requests: number;
  failures: number;
  /** Good answers by their text, such as `release 2.0`. */
  byRelease: Readonly<Record<string, number>>;
  firstFailures: readonly string[];
}>;

/** The client that keeps requesting through the pool, in a process of its own. */
export class Client implements Prop {
  readonly #child: NodeChild;

  private constructor(child: NodeChild) {
    this.#child = child;
  }

  static async start(examples: string, repository: string): Promise<Client> {
    const client = new Client(
      new NodeChild(path.join(examples, "client.mjs"), [path.join(repository, "pool")], "the client"),
    );
    try {
      await client.#child.message(START_MS_MAX);
      return client;
    } catch (error) {
      await client.stop();
      throw error;
    }
  }

  async report(): Promise<Tally> {
    this.#child.send("report");
    return (await this.#child.message(REPORT_MS_MAX)) as Tally;
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }

  kill(): void {
    this.#child.kill();
  }
}

/** What came between two reports. */
export function subtractTally(later: Tally, earlier: Tally): Tally {
  const byRelease = Object.entries(later.byRelease).map(
    ([release, count]) => [release, count - (earlier.byRelease[release] ?? 0)] as const,
  );
  return {
    requests: later.requests - earlier.requests,
    failures: later.failures - earlier.failures,
    byRelease: Object.fromEntries(byRelease.filter(([, count]) => count > 0)),
    firstFailures: later.firstFailures.slice(earlier.firstFailures.length),
  };
}
