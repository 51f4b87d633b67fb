import { type Decision, fire, only, record } from "./decide.ts";
import { decideBatch } from "./decide-batch.ts";
import { climbOnce } from "./decide-once.ts";
import type { ChangeState } from "./state.ts";

/** Once before, batch by batch, once after. */
export function decideApply(state: ChangeState, nowMs: number): Decision {
  return (
    decideOnce(state, "before") ??
    decideBatch(state, nowMs) ??
    decideOnce(state, "after") ??
    only(record({ kind: "phase-reached", phase: "deploy" }))
  );
}

/** null: this list of once-steps is done. */
function decideOnce(state: ChangeState, list: "before" | "after"): Decision | null {
  const next = climbOnce(state, list);
  if (next.kind === "complete") return null;
  return next.kind === "failed" ? only(fire("step-failure", next.reason)) : next.decision;
}
