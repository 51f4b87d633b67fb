import { createHash } from "node:crypto";
import type { Target } from "../plan/change.ts";
import { decodePlan } from "../plan/decode.ts";
import { changeDigest } from "../plan/digest.ts";
import type { PlanIssue } from "../plan/issue.ts";
import { parsePlan } from "../plan/parse.ts";
import type { PlanDocument } from "../plan/schema/plan.ts";
import { ACTION_VERSION } from "../version.ts";
import { findTargets } from "./find-targets.ts";
import type { ListTargets } from "./list-targets.ts";
import { confine, readFileBytes } from "./read-file.ts";
import { hideReferences } from "./secrets.ts";

/** More than a plan may have, so that the parser says the exact limit. */
const PLAN_BYTES_MAX = 20 * 1024 * 1024;
/** 100,000 keys of some hundred characters each, with several for a host. */
const KNOWN_HOSTS_BYTES_MAX = 128 * 1024 * 1024;

export type LoadRequest = Readonly<{
  planPath: string;
  environment: string;
  version: string;
  commit: string | null;
  /** Files that the plan names stay below it. */
  root: string;
  /** For plans whose targets a command lists; null where nothing may be run, as to check or explain a plan. */
  listTargets: ListTargets | null;
}>;

/** All that the digest covers beside the plan. */
export type PlanInputs = Readonly<{
  targets: readonly Target[];
  version: string;
  environment: string;
  commit: string | null;
  actionVersion: string;
}>;

export type LoadedPlan =
  | Readonly<{
      ok: true;
      plan: PlanDocument;
      planText: string;
      inputs: PlanInputs;
      issues: readonly PlanIssue[];
    }>
  | Readonly<{ ok: false; planText: string; issues: readonly PlanIssue[] }>;

/**
 * A valid plan with its targets, or every problem with its place; a plan whose targets a command lists
 * has none where nothing may be run. Throws PLAN_UNREADABLE for a missing file.
 */
export async function loadPlan(request: LoadRequest): Promise<LoadedPlan> {
  const bytes = await readFileBytes(request.planPath, { what: "plan", bytesMax: PLAN_BYTES_MAX });
  const decoded = decodePlan(bytes);
  if (!decoded.ok) return { ok: false, planText: "", issues: decoded.issues };
  const planText = decoded.text;
  const parsed = parsePlan(planText);
  if (!parsed.ok) return { ok: false, planText, issues: parsed.issues };
  const { plan } = parsed;
  hideReferences(plan, process.env);
  const issues = parsed.issues;
  const found = await findTargets(plan, request);
  if (!found.ok) return { ok: false, planText, issues: [...issues, ...found.issues] };
  await readKnownHosts(plan, request);
  const { environment, version, commit } = request;
  const inputs = { targets: found.targets, version, environment, commit, actionVersion: ACTION_VERSION };
  return { ok: true, plan, planText, inputs, issues };
}

/** A file that is missing would show only at the first connection, after the approval. */
async function readKnownHosts({ targets }: PlanDocument, request: LoadRequest): Promise<void> {
  const name = targets.ssh?.["known-hosts"];
  if (name === undefined || targets.connect === "local") return;
  const file = await confine(name, request);
  await readFileBytes(file, { what: "known-hosts file", bytesMax: KNOWN_HOSTS_BYTES_MAX });
}

export function digestOf(plan: PlanDocument, inputs: PlanInputs): string {
  return changeDigest({ plan, ...inputs }, (text) => createHash("sha256").update(text).digest("hex"));
}
