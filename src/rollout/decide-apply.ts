import { type Action, type Decision, fire, hold, only, record } from "./decide.ts";
import { decideBatch } from "./decide-batch.ts";
import { decideWindow } from "./decide-gate.ts";
import { climbOnce } from "./decide-once.ts";
import { countTargets } from "./reasons.ts";
import type { ChangeState } from "./state.ts";

/** Once before, batch by batch, once after. Tolerated failures leave it unfinished. */
export function decideApply(state: ChangeState, nowMs: number): Decision {
  return (
    decideStart(state, nowMs) ??
    decideOnce(state, "before") ??
    decideBatch(state, nowMs) ??
    decideOnce(state, "after") ??
    only(state.failures > 0 ? holdForFailures(state) : record({ kind: "phase-reached", phase: "deploy" }))
  );
}

/** What comes before all batches is begun for their sake, so it starts only where the first of them may. */
function decideStart(state: ChangeState, nowMs: number): Decision | null {
  const isBegun = state.hasTouched || state.batch.opened || state.batch.index > 0;
  return isBegun || state.change.apply.before.length === 0 ? null : decideWindow(state, nowMs);
}

function holdForFailures({ failures }: ChangeState): Action {
  const failed = countTargets(failures);
  return hold("targets-failed", `${failed} failed, which max-failures allows: mend and resume, or roll back`);
}

/** null: this list of once-steps is done. */
function decideOnce(state: ChangeState, list: "before" | "after"): Decision | null {
  const next = climbOnce(state, list);
  if (next.kind === "complete") return null;
  return next.kind === "failed" ? only(fire("step-failure", next.reason)) : next.decision;
}
