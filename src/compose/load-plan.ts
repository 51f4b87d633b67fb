import { createHash } from "node:crypto";
import path from "node:path";
import type { Target } from "../plan/change.ts";
import { decodePlan } from "../plan/decode.ts";
import { changeDigest } from "../plan/digest.ts";
import { listGroupSources } from "../plan/explain/groups.ts";
import { expandHosts } from "../plan/hosts.ts";
import { HOSTS_FILE_CHARS_MAX, type HostsFormat, parseHostsFile } from "../plan/hosts-file.ts";
import type { PlanIssue } from "../plan/issue.ts";
import { parsePlan } from "../plan/parse.ts";
import type { PlanPath } from "../plan/path.ts";
import { placeInPlan } from "../plan/places.ts";
import { listPlanTargets } from "../plan/plan-targets.ts";
import type { PlanDocument } from "../plan/schema/plan.ts";
import { ACTION_VERSION } from "../version.ts";
import { checkGroupFiles, type FoundGroup } from "./check-groups.ts";
import { confine, readFileBytes, readTextFile } from "./read-file.ts";
import { hideReferences } from "./secrets.ts";

/** More than a plan may have, so that the parser says the exact limit. */
const PLAN_BYTES_MAX = 20 * 1024 * 1024;

export type LoadRequest = Readonly<{
  planPath: string;
  environment: string;
  version: string;
  commit: string | null;
  /** Files that the plan names stay below it. */
  root: string;
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
 * has none yet. Throws PLAN_UNREADABLE for a missing file.
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
  const { environment, version, commit } = request;
  const inputs = { targets: found.targets, version, environment, commit, actionVersion: ACTION_VERSION };
  return { ok: true, plan, planText, inputs, issues };
}

export function digestOf(plan: PlanDocument, inputs: PlanInputs): string {
  return changeDigest({ plan, ...inputs }, (text) => createHash("sha256").update(text).digest("hex"));
}

type Found =
  | Readonly<{ ok: true; targets: readonly Target[] }>
  | Readonly<{ ok: false; issues: readonly PlanIssue[] }>;

type Source = Pick<PlanDocument["targets"], "hosts" | "from">;

async function findTargets(plan: PlanDocument, request: LoadRequest): Promise<Found> {
  // The parser has expanded them already, if they stand in the plan.
  const known = listPlanTargets(plan);
  if (known !== null) return { ok: true, targets: known };
  if (plan.targets.groups !== undefined) return findGroups(plan, request);
  return readSource(plan, { source: plan.targets, at: ["targets"] }, request);
}

/** One after the other. */
async function findGroups(plan: PlanDocument, request: LoadRequest): Promise<Found> {
  const groups: FoundGroup[] = [];
  const issues: PlanIssue[] = [];
  const sources = listGroupSources(plan);
  for (const [name, source] of sources) {
    const found = await readSource(plan, { source, at: ["targets", "groups", name] }, request);
    if (found.ok) groups.push({ name, targets: found.targets });
    else issues.push(...found.issues);
  }
  const isKnown = sources.every(([, { run }]) => run === undefined);
  if (issues.length === 0 && isKnown) issues.push(...checkGroupFiles(plan, groups));
  if (issues.length > 0) return { ok: false, issues };
  return { ok: true, targets: groups.flatMap(({ targets }) => targets) };
}

type PlacedSource = Readonly<{ source: Source; at: PlanPath }>;

async function readSource(
  plan: PlanDocument,
  { source, at }: PlacedSource,
  request: LoadRequest,
): Promise<Found> {
  const { hosts, from } = source;
  if (hosts !== undefined) {
    const expanded = expandHosts(hosts);
    // The parser has found every problem of hosts that stand in the plan, with its place.
    return expanded.ok ? expanded : { ok: false, issues: [] };
  }
  if (from === undefined) return { ok: true, targets: [] };
  const file = await confine(from, request);
  const text = await readTextFile(file, { what: "hosts file", bytesMax: HOSTS_FILE_CHARS_MAX });
  const read = parseHostsFile(text, formatOf(file));
  if (read.ok) return read;
  const issues = read.problems.map(({ code, line, message, hint }) => {
    const place = line === null ? from : `${from}, line ${line}`;
    return placeInPlan(plan, { code, path: [...at, "from"], message: `${place}: ${message}`, hint });
  });
  return { ok: false, issues };
}

function formatOf(file: string): HostsFormat {
  const ending = path.extname(file).toLowerCase();
  if (ending === ".json") return "json";
  return ending === ".csv" ? "csv" : "yaml";
}
