import { createHash } from "node:crypto";
import path from "node:path";
import * as z from "zod";
import { ChangeError } from "../errors.ts";
import type { Change, Target } from "../plan/change.ts";
import { changeDigest } from "../plan/digest.ts";
import { expandHosts } from "../plan/hosts.ts";
import { HOSTS_FILE_CHARS_MAX, type HostsFormat, parseHostsFile } from "../plan/hosts-file.ts";
import type { PlanIssue } from "../plan/issue.ts";
import { parsePlan } from "../plan/parse.ts";
import { placeInPlan } from "../plan/places.ts";
import { resolveChange } from "../plan/resolve.ts";
import type { PlanDocument } from "../plan/schema/plan.ts";
import { ACTION_VERSION } from "../version.ts";
import { confine, readTextFile } from "./read-file.ts";

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

/** What an attempt's first commit keeps beside the plan: with both, any later process makes the same change. */
const Inputs = z.strictObject({
  targets: z.array(z.strictObject({ name: z.string(), host: z.string(), zone: z.string().nullable() })),
  version: z.string(),
  environment: z.string(),
  commit: z.string().nullable(),
  actionVersion: z.string(),
});
type Inputs = z.infer<typeof Inputs>;

export type Loaded =
  | Readonly<{ ok: true; change: Change; planText: string; inputsText: string; issues: readonly PlanIssue[] }>
  | Readonly<{ ok: false; planText: string; issues: readonly PlanIssue[] }>;

/** From the files to the change, or every problem with its place. Throws PLAN_UNREADABLE for a missing file. */
export async function loadChange(request: LoadRequest): Promise<Loaded> {
  const planText = await readTextFile(request.planPath, { what: "plan", bytesMax: PLAN_BYTES_MAX });
  const parsed = parsePlan(planText);
  if (!parsed.ok) return { ok: false, planText, issues: parsed.issues };
  const found = await findTargets(parsed.plan, request);
  if (!found.ok) return { ok: false, planText, issues: [...parsed.issues, ...found.issues] };
  const { environment, version, commit } = request;
  const inputs: Inputs = {
    targets: [...found.targets],
    version,
    environment,
    commit,
    actionVersion: ACTION_VERSION,
  };
  const resolved = resolve(parsed.plan, inputs);
  const issues = [...parsed.issues, ...resolved.issues];
  if (!resolved.ok) return { ok: false, planText, issues };
  return { ok: true, change: resolved.change, planText, inputsText: `${JSON.stringify(inputs)}\n`, issues };
}

/** The change that a journal was started with. Throws JOURNAL_CORRUPT where its files do not make one. */
export function reloadChange(files: Readonly<{ plan: string | null; inputs: string | null }>): Change {
  const parsed = parsePlan(files.plan ?? "");
  const inputs = Inputs.safeParse(parseJson(files.inputs ?? ""));
  if (parsed.ok && inputs.success) {
    const resolved = resolve(parsed.plan, inputs.data);
    if (resolved.ok) return resolved.change;
  }
  throw new ChangeError("JOURNAL_CORRUPT", "The journal's plan or inputs cannot be read back.", {
    hint: "Use the version of change-deploy that wrote it; `git log -p` on the journal's ref shows both files.",
  });
}

function resolve(plan: PlanDocument, inputs: Inputs) {
  const { targets, version, environment } = inputs;
  const digest = changeDigest({ plan, ...inputs }, (text) => createHash("sha256").update(text).digest("hex"));
  return resolveChange(plan, { targets, version, environment, digest });
}

type Found =
  | Readonly<{ ok: true; targets: readonly Target[] }>
  | Readonly<{ ok: false; issues: readonly PlanIssue[] }>;

async function findTargets(plan: PlanDocument, request: LoadRequest): Promise<Found> {
  const { hosts, from } = plan.targets;
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
    return placeInPlan(plan, { code, path: ["targets", "from"], message: `${place}: ${message}`, hint });
  });
  return { ok: false, issues };
}

function formatOf(file: string): HostsFormat {
  const ending = path.extname(file).toLowerCase();
  if (ending === ".json") return "json";
  return ending === ".csv" ? "csv" : "yaml";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
