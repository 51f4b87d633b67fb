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
        const content = session.machine.disk.files.get(call.env.BACKUP_FILE ?? "");
        for (const promise of unasked(state, { name: state.restores[place.step]!, content, declared }))
          report(promise);
      }
      const isUndo = !session.life.wasPaused && place.direction === "undo" && place.scope !== "prepare";
      const lateMs =
        isUndo && state.responses.length === 0 ? lateness(fired.get(session), world.clock.now()) : 0;
      if (lateMs > LATENCY_MS) report(`7 latency: the first undo starts after ${lateMs} ms`);
    },
  };
};

type Restored = Readonly<{ name: string; content: string | undefined; declared: ReadonlySet<string> }>;

function unasked(state: ChangeState, { name, content, declared }: Restored): string[] {
  return [
    ...(declared.has(name) ? [] : [`restore: nobody has asked for ${name}`]),
    ...(isVerified(state, name, content) ? [] : [`restore: ${name} is not what was verified`]),
  ];
}

/** How long after its trigger the first undo starts, where it is due at once; 0 for the others. */
function lateness(fired: Fired | undefined, nowMs: number): number {
  if (fired === undefined || fired.hasUndone) return 0;
  fired.hasUndone = true;
  return fired.isUndoDue ? nowMs - fired.atMs : 0;
}

function isVerified({ change, progress }: ChangeState, name: string, content: string | undefined): boolean {
  const made = progress.backups.get(name);
  const isSame = made?.kind === "made" && content !== undefined && hashOf(content) === made.sha256;
  const isChecked = change.backups.some((backup) => backup.name === name && backup.verify !== null);
  return isSame && (isGood(content) || !isChecked);
}

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
