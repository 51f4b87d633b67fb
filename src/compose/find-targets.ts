import path from "node:path";
import type { Target } from "../plan/change.ts";
import { listGroupSources } from "../plan/explain/groups.ts";
import { expandHosts } from "../plan/hosts.ts";
import {
  guessHostsFormat,
  HOSTS_FILE_CHARS_MAX,
  type HostsFormat,
  parseHostsFile,
} from "../plan/hosts-file.ts";
import type { PlanIssue } from "../plan/issue.ts";
import type { PlanPath } from "../plan/path.ts";
import { placeInPlan } from "../plan/places.ts";
import { listPlanTargets } from "../plan/plan-targets.ts";
import type { PlanDocument } from "../plan/schema/plan.ts";
import { checkGroupFiles, type FoundGroup } from "./check-groups.ts";
import type { LoadRequest } from "./load-plan.ts";
import { confine, readTextFile } from "./read-file.ts";

export type FoundTargets =
  | Readonly<{ ok: true; targets: readonly Target[] }>
  | Readonly<{ ok: false; issues: readonly PlanIssue[] }>;

type Source = Pick<PlanDocument["targets"], "hosts" | "from" | "run">;
type PlacedSource = Readonly<{ source: Source; at: PlanPath }>;
/** A list of hosts that does not stand in the plan, and what people call it. */
type HostsText = Readonly<{ text: string; format: HostsFormat; path: PlanPath; called: string }>;

/** Wherever a plan's targets stand: in it, in a file, or in what a command prints. */
export async function findTargets(plan: PlanDocument, request: LoadRequest): Promise<FoundTargets> {
  // The parser has expanded them already, if they stand in the plan.
  const known = listPlanTargets(plan);
  if (known !== null) return { ok: true, targets: known };
  if (plan.targets.groups !== undefined) return findGroups(plan, request);
  return readSource(plan, { source: plan.targets, at: ["targets"] }, request);
}

/** One after the other. */
async function findGroups(plan: PlanDocument, request: LoadRequest): Promise<FoundTargets> {
  const groups: FoundGroup[] = [];
  const issues: PlanIssue[] = [];
  const sources = listGroupSources(plan);
  for (const [name, source] of sources) {
    const found = await readSource(plan, { source, at: ["targets", "groups", name] }, request);
    if (found.ok) groups.push({ name, targets: found.targets });
    else issues.push(...found.issues);
  }
  const isKnown = request.listTargets !== null || sources.every(([, { run }]) => run === undefined);
  if (issues.length === 0 && isKnown) issues.push(...checkGroupFiles(plan, groups));
  if (issues.length > 0) return { ok: false, issues };
  return { ok: true, targets: groups.flatMap(({ targets }) => targets) };
}

async function readSource(
  plan: PlanDocument,
  { source, at }: PlacedSource,
  request: LoadRequest,
): Promise<FoundTargets> {
  const { hosts, from, run } = source;
  if (hosts !== undefined) {
    const expanded = expandHosts(hosts);
    // The parser has found every problem of hosts that stand in the plan, with its place.
    return expanded.ok ? expanded : { ok: false, issues: [] };
  }
  if (from !== undefined) {
    const file = await confine(from, request);
    const text = await readTextFile(file, { what: "hosts file", bytesMax: HOSTS_FILE_CHARS_MAX });
    return readHosts(plan, { text, format: formatOf(file), path: [...at, "from"], called: from });
  }
  if (run === undefined || request.listTargets === null) return { ok: true, targets: [] };
  const path = [...at, "run"];
  const listing = await request.listTargets({ script: run, env: variablesOf(plan, request) });
  if (!listing.ok) return { ok: false, issues: [placeInPlan(plan, notListed(listing.why, path))] };
  const { text } = listing;
  return readHosts(plan, { text, format: guessHostsFormat(text), path, called: "Output of the command" });
}

function readHosts(plan: PlanDocument, { text, format, path, called }: HostsText): FoundTargets {
  const read = parseHostsFile(text, format);
  if (read.ok) return read;
  const issues = read.problems.map(({ code, line, message, hint }) => {
    const place = line === null ? called : `${called}, line ${line}`;
    return placeInPlan(plan, { code, path, message: `${place}: ${message}`, hint });
  });
  return { ok: false, issues };
}

function formatOf(file: string): HostsFormat {
  const ending = path.extname(file).toLowerCase();
  if (ending === ".json") return "json";
  return ending === ".csv" ? "csv" : "yaml";
}

/** What has a value everywhere: see the reference. */
function variablesOf({ change }: PlanDocument, { environment, version }: LoadRequest) {
  return { CHANGE_ID: change.id, CHANGE_VERSION: version, CHANGE_ENVIRONMENT: environment };
}

function notListed(why: string, path: PlanPath) {
  return {
    code: "targets-not-listed",
    path,
    message: `The command that lists the targets ${why}.`,
    hint: "Run it by hand where change-deploy runs: it has to print a list of hosts and end with exit code 0.",
  };
}
