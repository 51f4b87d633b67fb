import { hashOf, isGood } from "../../../src/rehearsal/backups.ts";
import type { Session } from "../../../src/rehearsal/session.ts";
import type { EventOf } from "../../../src/rollout/events.ts";
import type { ChangeState } from "../../../src/rollout/state.ts";
import { isForward } from "../../../src/rollout/steps-of.ts";
import type { Promised } from "./watch.ts";

const LATENCY_MS = 1_000;

type Fired = { atMs: number; isUndoDue: boolean; hasUndone: boolean };

/** Promises 7 and 8: after a trigger nothing goes forward, undos start at once, and only what is declared is restored. */
export const watchRollback: Promised = (world, report) => {
  const fired = new WeakMap<Session, Fired>();
  /** Backups that a trigger or a person has named, by attempt. */
  const declared = new Set<string>();

  return {
    onEvent: (event, state, session) => {
      if (event.kind === "attempt-started") declared.clear();
      if (event.kind !== "trigger-fired") return;
      for (const name of restoresOf(state, event)) declared.add(name);
      if (state.trigger !== event || fired.has(session)) return;
      // Whoever starts in order to roll back first has to tell the remote that it is there.
      const isUndoDue = session.isOpen && isDueAtOnce(state);
      fired.set(session, { atMs: world.clock.now(), isUndoDue, hasUndone: false });
    },
    onCommand: (call, meaning, session) => {
      const { state } = session;
      if (meaning.kind !== "step" || state === null) return;
      const { place } = meaning;
      if (isForward(place) && state.rollback !== null) report("7 latency: a step forward after a trigger");
      if (place.scope === "restore") {
        const name = state.restores[place.step]!;
        const made = state.progress.backups.get(name);
        const content = session.machine.disk.files.get(call.env.BACKUP_FILE ?? "");
        const isProven = made?.kind === "made" && content !== undefined && hashOf(content) === made.sha256;
        if (!declared.has(name)) report(`restore: nobody has asked for ${name}`);
        if (
          !isProven ||
          (world.change.backups.some((b) => b.name === name && b.verify !== null) && !isGood(content))
        ) {
          report(`restore: ${name} is not what was verified`);
        }
      }
      const one = fired.get(session);
      if (place.direction !== "undo" || place.scope === "prepare" || one === undefined || one.hasUndone)
        return;
      one.hasUndone = true;
      const lateMs = world.clock.now() - one.atMs;
      if (one.isUndoDue && lateMs > LATENCY_MS) report(`7 latency: the first undo starts after ${lateMs} ms`);
    },
  };
};

function restoresOf({ change }: ChangeState, { trigger, restore = [] }: EventOf<"trigger-fired">): string[] {
  const planned = change.triggers.find(({ name }) => name === trigger)?.restore ?? [];
  return [...planned, ...restore];
}

/** Something is there to be undone, and nothing is declared to come before it. */
function isDueAtOnce(state: ChangeState): boolean {
  const { rollback, once, responses, irreversible, restores } = state;
  const isOnceClean = once.after.dirty + once.switch.dirty === 0;
  const isFree = responses.length === 0 && (irreversible.size === 0 || restores.length > 0);
  return isOnceClean && isFree && rollback !== null && rollback.broken.length > 0;
}
