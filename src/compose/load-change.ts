import * as z from "zod";
import { ChangeError } from "../errors.ts";
import type { Change } from "../plan/change.ts";
import { findUnsetVariables } from "../plan/find-unset-variables.ts";
import type { PlanIssue } from "../plan/issue.ts";
import { parseRecordedPlan } from "../plan/parse.ts";
import { resolveChange } from "../plan/resolve.ts";
import { type ResolveInputs, resolveForExplanation } from "../plan/resolve-for-explanation.ts";
import type { PlanDocument } from "../plan/schema/plan.ts";
import { digestOf, type LoadRequest, loadPlan, type PlanInputs } from "./load-plan.ts";

/** What an attempt's first commit keeps beside the plan: with both, any later process makes the same change. */
const Inputs = z.strictObject({
  targets: z.array(z.strictObject({ name: z.string(), host: z.string(), zone: z.string().nullable() })),
  version: z.string(),
  environment: z.string(),
  commit: z.string().nullable(),
  actionVersion: z.string(),
});

export type Loaded =
  | Readonly<{ ok: true; change: Change; planText: string; inputsText: string; issues: readonly PlanIssue[] }>
  | Readonly<{ ok: false; planText: string; issues: readonly PlanIssue[] }>;

/** From the files to the change, or every problem with its place. Throws PLAN_UNREADABLE for a missing file. */
export async function loadChange(request: LoadRequest): Promise<Loaded> {
  const loaded = await loadPlan(request);
  if (!loaded.ok) return loaded;
  const { plan, planText, inputs } = loaded;
  const resolved = resolveChange(plan, resolveInputs(plan, inputs));
  const unset = findUnsetVariables(plan, (name) => (process.env[name] ?? "") !== "");
  const issues = [...loaded.issues, ...resolved.issues, ...unset];
  if (!resolved.ok || unset.length > 0) return { ok: false, planText, issues };
  return { ok: true, change: resolved.change, planText, inputsText: `${JSON.stringify(inputs)}\n`, issues };
}

/**
 * The change that a journal was started with, whatever today's rules say of its plan. Throws
 * JOURNAL_CORRUPT where its files do not make one.
 */
export function reloadChange(files: Readonly<{ plan: string | null; inputs: string | null }>): Change {
  const plan = parseRecordedPlan(files.plan ?? "");
  const inputs = Inputs.safeParse(parseJson(files.inputs ?? ""));
  if (plan !== null && inputs.success) {
    return resolveForExplanation(plan, resolveInputs(plan, inputs.data));
  }
  throw new ChangeError("JOURNAL_CORRUPT", "The journal's plan or inputs cannot be read back.", {
    hint: "Use the version of change-deploy that wrote it; `git log -p` on the journal's ref shows both files.",
  });
}

function resolveInputs(plan: PlanDocument, inputs: PlanInputs): ResolveInputs {
  const { targets, version, environment } = inputs;
  return { targets, version, environment, digest: digestOf(plan, inputs) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
