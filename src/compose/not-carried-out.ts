import { findUnsupported } from "../plan/executable.ts";
import type { PlanDocument } from "../plan/schema/plan.ts";

/** The parts of a right plan that this version checks and explains, and for which it refuses to run the plan. */
export function listNotCarriedOut(plan: PlanDocument): readonly string[] {
  return [...new Set(findUnsupported(plan).map(({ path }) => path))];
}

export function notCarriedOutWords(paths: readonly string[]): string {
  return `This version checks and explains, but does not carry out yet: ${paths.join(", ")}. \`run\` refuses the plan.`;
}
