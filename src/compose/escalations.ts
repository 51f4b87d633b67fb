import { waitAtMost } from "../engine/wait-at-most.ts";
import type { Clock, Observer } from "../ports.ts";
import { type Escalation, escalationOf } from "../report/escalation.ts";
import { issueMarker } from "../report/issue.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import type { ChangeState } from "../rollout/state.ts";
import { describeError } from "./exit.ts";

/** Writes a comment on the issue with this marker; the same key once. */
export type WriteNote = (
  note: Escalation & Readonly<{ marker: string; knownUrl: string | null }>,
) => Promise<unknown>;

type World = Readonly<{
  write: WriteNote;
  clock: Clock;
  cancel: AbortSignal;
  say: (line: string) => void;
}>;

/** More would be a flood, and each of them a mail to everybody. */
const NOTES_MAX = 20;
const DRAIN_MS = 30_000;

/** Comments on the issue for what people must hear of again. Nothing waits for them but the end, a while. */
export class Escalations implements Observer {
  readonly #world: World;
  #waiting: Escalation[] = [];
  #written = 0;
  #line: Promise<unknown> = Promise.resolve();

  constructor(world: World) {
    this.#world = world;
  }

  onEvent(event: ChangeEvent, state: ChangeState): void {
    const escalation = escalationOf(event, state);
    if (escalation !== null) this.#waiting.push(escalation);
    // Where there is no issue yet, they wait for it: it is opened before the end.
    if (state.issueUrl !== null && this.#waiting.length > 0) this.#write(state);
  }

  async drain(): Promise<void> {
    const { clock, cancel } = this.#world;
    await waitAtMost(clock, this.#line, { ms: DRAIN_MS, cancel });
  }

  #write({ change, issueUrl }: ChangeState): void {
    const marker = issueMarker(change.environment, change.id);
    const room = Math.max(0, NOTES_MAX - this.#written);
    const notes = this.#waiting.slice(0, room);
    this.#waiting = [];
    this.#written += notes.length;
    for (const note of notes) {
      this.#line = this.#line
        .then(() => this.#world.write({ ...note, marker, knownUrl: issueUrl }))
        .catch((error) => this.#world.say(`A comment was not written: ${describeError(error).message}`));
    }
  }
}
