import type { Session } from "../../../src/rehearsal/session.ts";
import type { World } from "../../../src/rehearsal/world.ts";
import type { ChangeEvent } from "../../../src/rollout/events.ts";
import type { ChangeState } from "../../../src/rollout/state.ts";
import { isForward } from "../../../src/rollout/steps-of.ts";
import type { Promised } from "./watch.ts";

/** What a process can know of when it starts: what was lost with a disk is heard anew. */
function commandsIn(events: readonly ChangeEvent[]): Set<string> {
  return new Set(events.flatMap((event) => (event.kind === "commanded" ? [event.id] : [])));
}

/** What was lost with a disk or in a torn write was never said, as far as anybody knows. */
function isKept(event: ChangeEvent | null, { remote }: World, { machine }: Session): boolean {
  if (event === null) return false;
  return remote.events.includes(event) || (machine.disk.writeAhead?.events.includes(event) ?? false);
}

/** What people want at the moment. */
type Wanted = { isHeld: boolean; isAborted: boolean; isRollback: boolean };

function follow(
  wanted: Wanted,
  event: ChangeEvent,
  { state, isKept }: Readonly<{ state: ChangeState; isKept: () => boolean }>,
): void {
  const { isHeld, isAborted, isRollback } = wanted;
  switch (event.kind) {
    case "attempt-started":
      Object.assign(wanted, { isHeld: false, isAborted: false, isRollback: false });
      return;
    case "resumed":
      wanted.isAborted = false;
      wanted.isHeld = event.writeAhead === "missing" ? state.pause !== null : isHeld && isKept();
      if (event.writeAhead === "missing") wanted.isRollback = state.rollback !== null;
      return;
    case "finished":
      // Whoever goes on with what was held has decided that it goes on.
      wanted.isHeld = false;
      return;
    case "commanded":
      // Who wants it back after all has the last word.
      wanted.isAborted = event.command === "abort" || (isAborted && event.command !== "rollback");
      if (!isRollback) wanted.isHeld = event.command === "hold" || (isHeld && event.command !== "continue");
      return;
    case "question-expired":
      wanted.isHeld &&= event.otherwise !== "continue";
      return;
    case "trigger-fired":
      wanted.isRollback ||= event.severity === "critical";
      wanted.isHeld = !wanted.isRollback && (isHeld || state.pause !== null);
  }
}

/** What people have said, followed without the state's help: nothing new starts while they want it so. */
export const watchPeople: Promised = (world, report) => {
  const wanted: Wanted = { isHeld: false, isAborted: false, isRollback: false };
  const heard = new WeakMap<Session, Set<string>>();

  let cause: ChangeEvent | null = null;

  return {
    onEvent: (event, state, session) => {
      // What a displaced process hears when it wakes is nobody's order: its journal is refused.
      if (world.remote.lease?.token !== session.lease?.token) return;
      const wasHeld = wanted.isHeld;
      follow(wanted, event, { state, isKept: () => isKept(cause, world, session) });
      const { isHeld, isAborted } = wanted;
      if (isHeld && !wasHeld) cause = event;
      const known = heard.get(session) ?? commandsIn(world.remote.events);
      heard.set(session, known);
      if (event.kind === "commanded") {
        if (known.has(event.id)) report(`people: ${event.id} is carried out twice`);
        known.add(event.id);
      }
      if (isHeld && event.kind === "batch-opened") report("people: a batch opens during a hold");
      if (isAborted && (event.kind === "step-started" || event.kind === "batch-opened")) {
        report("people: something starts after an abort");
      }
    },
    onCommand: (_call, meaning, { state }) => {
      if (!wanted.isHeld || meaning.kind !== "step" || state === null) return;
      const { scope } = meaning.place;
      // A target that was begun comes to rest.
      if (scope !== "each" && isForward(meaning.place)) report(`people: ${scope} starts during a hold`);
    },
  };
};
