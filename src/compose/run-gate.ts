import { ChangeError } from "../errors.ts";
import type { ActionInputs, PlanPhase } from "../inputs.ts";

export type GateInputs = Extract<ActionInputs, { phase: PlanPhase }>;

/** Proves the approval and records it in the journal. Resolves to whether the job is green. */
export async function runGate(inputs: GateInputs): Promise<boolean> {
  throw new ChangeError("PLAN_UNSUPPORTED", `This version does not prove an approval (${inputs.plan}).`, {
    hint: "Leave `phase: gate` out, and let the environment's own protection rules decide.",
  });
}
