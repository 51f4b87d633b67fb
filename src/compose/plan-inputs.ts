import path from "node:path";
import { ChangeError } from "../errors.ts";
import type { ActionInputs } from "../inputs.ts";
import { annotateIssues, renderIssuesMarkdown, renderIssuesText } from "../report/plan-report.ts";
import { writeSummary } from "./action-outputs.ts";
import { targetLister } from "./list-targets.ts";
import { type Loaded, loadChange } from "./load-change.ts";
import { type LoadRequest, loadPlan } from "./load-plan.ts";
import { runnerLog } from "./runner-log.ts";

export type Acting = Exclude<ActionInputs, { phase: "validate" }>;

/** The plan that the action was given, in the workspace. */
export function requestOf({ run, environment, version }: ActionInputs, plan: string): LoadRequest {
  const planPath = path.resolve(run.workspace, plan);
  const { workspace: root, commit } = run;
  return { planPath, root, environment: environment ?? "", version, commit, listTargets: null };
}

export async function loadGiven(inputs: Acting, load = loadChange): Promise<Loaded | null> {
  if (inputs.plan === null) return null;
  const { workspace: cwd } = inputs.run;
  const listTargets = targetLister({ cwd, secrets: inputs.token === null ? [] : [inputs.token] });
  const loaded = await load({ ...requestOf(inputs, inputs.plan), listTargets });
  tellIssues(loaded, inputs.plan);
  return loaded;
}

/** The one named, else the plan's, else the newest. A plan that names none must not lead to some other change. */
export async function findChangeId(inputs: Acting): Promise<string | null> {
  if (inputs.changeId !== null || inputs.plan === null) return inputs.changeId;
  const loaded = await loadPlan(requestOf(inputs, inputs.plan));
  tellIssues(loaded, inputs.plan);
  if (loaded.ok) return loaded.plan.change.id;
  throw new ChangeError("PLAN_INVALID", `The plan ${inputs.plan} does not say which change is meant.`, {
    hint: "Name the change by the input `change-id`, or mend the plan.",
  });
}

/** A plan's problems go to the log, to the summary and to the lines that they are about. */
export function tellIssues({ issues, planText }: Pick<Loaded, "issues" | "planText">, plan: string): void {
  runnerLog.info(renderIssuesText(issues, plan, planText));
  if (issues.length > 0) writeSummary(renderIssuesMarkdown(issues, plan));
  for (const { level, message, line, column, ...rest } of annotateIssues(issues, plan)) {
    const properties = { ...rest, startLine: line, startColumn: column };
    runnerLog.annotate(level, message, properties);
  }
}
