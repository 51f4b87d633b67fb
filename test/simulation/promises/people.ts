import type { ChangeEvent } from "../../../src/rollout/events.ts";
import type { ChangeState } from "../../../src/rollout/state.ts";
import type { Promised } from "./watch.ts";

/** What people have said, followed without the state's help: nothing new starts while they want it so. */
export const watchPeople: Promised = (_, report) => {
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
      const { scope, step, direction } = meaning.place;
      if (direction !== "do" || scope === "respond") return;
      if (scope !== "each" || step === 0) {
        const run = state.inFlight.get(scope === "each" ? meaning.place.target! : scope);
        const ladder = scope === "each" ? state.targets.get(meaning.place.target!)?.ladder : null;
        const isFirst = run !== undefined && (ladder === null || ladder?.tries === 1);
        if (isFirst && state.runs === run.run) report(`people: ${scope} starts during a hold`);
      }
    },
  };
};
