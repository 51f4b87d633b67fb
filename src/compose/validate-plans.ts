import type { ActionInputs } from "../inputs.ts";
import { code } from "../report/markdown.ts";
import { setOutput, writeSummary } from "./action-outputs.ts";
import { describePreview } from "./explain.ts";
import { requestOf, tellIssues } from "./plan-inputs.ts";
import { hasErrors, previewChange } from "./preview-change.ts";

type Validating = Extract<ActionInputs, { phase: "validate" }>;

/** Every plan, whatever is wrong with another; the outputs are those of a single one. */
export async function validatePlans(inputs: Validating): Promise<boolean> {
  const { plans, environment } = inputs;
  const nowMs = Date.now();
  let isValid = true;
  for (const plan of plans) {
    const preview = await previewChange(requestOf(inputs, plan), nowMs);
    tellIssues(preview, plan);
    isValid &&= !hasErrors(preview.issues);
    if (!preview.ok) continue;
    if (plans.length > 1) writeSummary(`${code(plan)}:\n`);
    writeSummary(describePreview(preview, nowMs));
    if (plans.length > 1) continue;
    setOutput("change-id", preview.plan.change.id);
    setOutput("digest", preview.change?.digest ?? null);
    setOutput("environment", environment);
  }
  return isValid;
}
