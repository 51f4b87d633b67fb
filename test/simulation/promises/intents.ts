import type { Place } from "../../../src/rehearsal/fleet.ts";
import type { Session } from "../../../src/rehearsal/session.ts";
import type { World } from "../../../src/rehearsal/world.ts";
import type { StepRun } from "../../../src/rollout/event-parts.ts";
import type { ChangeEvent } from "../../../src/rollout/events.ts";
import { isForward } from "../../../src/rollout/steps-of.ts";
import type { Promised } from "./watch.ts";

/** What the remote knows, read once and then followed. */
class Durable {
  readonly #events: readonly ChangeEvent[];
  #read = 0;
  #opened = new Set<string>();
  #started = new Set<string>();

  constructor({ remote }: World) {
    this.#events = remote.events;
  }

  hasOpened(target: string): boolean {
    this.#follow();
    return this.#opened.has(target);
  }

  hasStarted(what: string): boolean {
    this.#follow();
    return this.#started.has(what);
  }

  #follow(): void {
    for (; this.#read < this.#events.length; this.#read++) {
      const event = this.#events[this.#read]!;
      if (event.kind === "attempt-started") {
        this.#opened = new Set();
        this.#started = new Set();
      }
      if (event.kind === "batch-opened") for (const target of event.targets) this.#opened.add(target);
      if (event.kind === "step-started") this.#started.add(`${event.scope}/${event.step}/${event.run}`);
      if (event.kind === "backup-started") this.#started.add(`backup ${event.backup}`);
    }
  }
}

/** Promises 3 and 13: every effect has a durable intent, and only the holder of the lease has effects. */
export const watchIntents: Promised = (world, report) => {
  const durable = new Durable(world);

  return {
    onCommand: (call, meaning, session) => {
      if (meaning.kind === "backup" && meaning.what === "run") {
        if (!durable.hasStarted(`backup ${meaning.name}`)) report("3 intent: a backup that nobody declared");
      }
      if (meaning.kind !== "step") return;
      if (!isHolder(world, session)) report("13 exclusivity: an effect under a stale token");
      const run = runOf(meaning.place, session);
      if (run === null) return report(`3 intent: ${call.id} was never declared`);
      if (!isDurable(run, durable)) report(`3 intent: the remote does not know of ${call.id}`);
    },
  };
};

/** Declared in the state, and not only so. */
function runOf({ scope, target, step, direction }: Place, { state }: Session): StepRun | null {
  const run = state?.inFlight.get(scope === "each" ? target! : scope);
  const isThis = run?.scope === scope && run.step === step && run.direction === direction;
  return isThis ? run : null;
}

/** A batch stands for all that happens to its targets; the way back waits for nobody. */
function isDurable(run: StepRun, durable: Durable): boolean {
  if (run.target !== null) return durable.hasOpened(run.target);
  return !isForward(run) || durable.hasStarted(`${run.scope}/${run.step}/${run.run}`);
}

function isHolder({ remote }: World, { lease }: Session): boolean {
  return remote.lease !== null && lease !== null && remote.lease.token === lease.token;
}
