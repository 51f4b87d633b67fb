import type { ChangeEvent } from "../../../src/rollout/events.ts";
import type { ChangeState } from "../../../src/rollout/state.ts";
import { isForward } from "../../../src/rollout/steps-of.ts";
import type { Promised } from "./watch.ts";

/** What people have said, followed without the state's help: nothing new starts while they want it so. */
export const watchPeople: Promised = (world, report) => {
  let isHeld = false;
  let isAborted = false;
  let isRollback = false;
  const heard = new Set<string>();

  const follow = (event: ChangeEvent, state: ChangeState) => {
    switch (event.kind) {
      case "attempt-started":
        [isHeld, isAborted, isRollback] = [false, false, false];
        return;
      case "resumed":
        isAborted = false;
        // What was lost with a disk is heard anew, by whoever did not hear of it.
        heard.clear();
        for (const one of world.remote.events) if (one.kind === "commanded") heard.add(one.id);
        return;
      case "finished":
        // Whoever goes on with what was held has decided that it goes on.
        isHeld = false;
        return;
      case "commanded":
        if (heard.has(event.id)) report(`people: ${event.id} is carried out twice`);
        heard.add(event.id);
        isAborted ||= event.command === "abort";
        if (!isRollback) isHeld = event.command === "hold" || (isHeld && event.command !== "continue");
        return;
      case "question-expired":
        isHeld &&= event.otherwise !== "continue";
        return;
      case "trigger-fired":
        isRollback ||= event.severity === "critical";
        isHeld = !isRollback && (isHeld || state.pause !== null);
    }
  };

  return {
    onEvent: (event, state) => {
      follow(event, state);
      if (isHeld && event.kind === "batch-opened") report("people: a batch opens during a hold");
      if (isAborted && (event.kind === "step-started" || event.kind === "batch-opened")) {
        report("people: something starts after an abort");
      }
    },
    onCommand: (_call, meaning, { state }) => {
      if (!isHeld || meaning.kind !== "step" || state === null) return;
      const { scope } = meaning.place;
      // A target that was begun comes to rest.
      if (scope !== "each" && isForward(meaning.place)) report(`people: ${scope} starts during a hold`);
    },
  };
};
