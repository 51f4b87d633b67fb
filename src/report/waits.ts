import type { ChangeState } from "../rollout/state.ts";
import { outcomeOf } from "./phase.ts";
import { stageNow } from "./stages-told.ts";

/** What the change waits for; the way on is somebody's word, a moment, or a proof. */
export type Wait = Readonly<{
  kind: "question" | "hold" | "window" | "notice" | "baseline" | "bake" | "health";
  /** Plain text of ours, but for the name in a question. */
  what: string;
  /** null: as long as it takes. */
  untilMs: number | null;
}>;

/** null: it is busy, or it is over. */
export function waitOf(state: ChangeState, nowMs: number = state.lastMs): Wait | null {
  if (outcomeOf(state) !== null || state.attempt === 0) return null;
  if (state.rollback !== null) return waitOnTheWayBack(state);
  const { pause, progress, change, batch } = state;
  if (pause?.kind === "question") {
    const what = `a person's answer to warning ${pause.trigger}`;
    return { kind: "question", what, untilMs: pause.deadlineMs };
  }
  if (pause !== null) return { kind: "hold", what: "what has been started to come to rest", untilMs: null };
  if (progress.awaited !== null) {
    return { kind: "window", what: "the next window", untilMs: progress.awaited.untilMs };
  }
  if (stageNow(state, nowMs) === "notice") return waitForNotice(state, nowMs);
  if (batch.bakeStartedMs !== null) {
    return {
      kind: "bake",
      what: "the bake time to end",
      untilMs: batch.bakeStartedMs + change.rollout.bakeMs,
    };
  }
  return waitForHealth(state, state.settling);
}

/** People have their time, and meanwhile it is measured what is normal; either may take longer. */
function waitForNotice({ change, progress }: ChangeState, nowMs: number): Wait | null {
  const untilMs = (progress.noticeMs ?? nowMs) + change.notify.beforeMs;
  if (untilMs > nowMs) return { kind: "notice", what: "people to have had their notice", untilMs };
  return { kind: "baseline", what: "what is normal to be measured", untilMs: null };
}

function waitOnTheWayBack(state: ChangeState): Wait | null {
  return waitForHealth(state, state.rollback!.verifying);
}

/** Only where nothing else goes on: the first target that has to be healthy soon. */
function waitForHealth(
  { change, inFlight, ready }: ChangeState,
  since: ReadonlyMap<string, number>,
): Wait | null {
  if (inFlight.size > 0 || ready.size > 0) return null;
  const first = since.values().next();
  if (first.done === true) return null;
  return {
    kind: "health",
    what: "targets to prove healthy",
    untilMs: first.value + change.health.deadlineMs,
  };
}
