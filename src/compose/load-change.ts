import path from "node:path";
import * as z from "zod";
import { ChangeError } from "../errors.ts";
import type { Change } from "../plan/change.ts";
import { findShortSecrets } from "../plan/find-short-secrets.ts";
import { findUnsetVariables } from "../plan/find-unset-variables.ts";
import type { PlanIssue } from "../plan/issue.ts";
import { RecordedChange } from "../plan/recorded-change.ts";
import { resolveChange } from "../plan/resolve.ts";
import type { PlanDocument } from "../plan/schema/plan.ts";
import { digestOf, type LoadRequest, loadPlan } from "./load-plan.ts";
import { confine } from "./read-file.ts";
import { hideReferences } from "./secrets.ts";

/** What an attempt's first commit keeps beside the plan: the change as it was resolved, and by which version. */
const Inputs = z.strictObject({
  format: z.literal(1),
  actionVersion: z.string(),
  commit: z.string().nullable(),
  change: RecordedChange,
});
export type Loaded =
  | Readonly<{
      ok: true;
      change: Change;
      plan: PlanDocument;
      /** The plan and every file that it names. */
      files: readonly string[];
      planText: string;
      inputsText: string;
      issues: readonly PlanIssue[];
    }>
  | Readonly<{ ok: false; planText: string; issues: readonly PlanIssue[] }>;

/** From the files to the change, or every problem with its place. Throws PLAN_UNREADABLE for a missing file. */
export function loadChange(request: LoadRequest): Promise<Loaded> {
  return load(request, { needsVariables: true });
}

/** The same for whoever only looks at it, and is not trusted with the secrets that it names. */
export function loadApprovable(request: LoadRequest): Promise<Loaded> {
  return load(request, { needsVariables: false });
}

async function load(
  request: LoadRequest,
  { needsVariables }: Readonly<{ needsVariables: boolean }>,
): Promise<Loaded> {
  const loaded = await loadPlan(request);
  if (!loaded.ok) return loaded;
  const { plan, planText, inputs } = loaded;
  const { targets, version, environment, commit, actionVersion } = inputs;
  const digest = digestOf(plan, inputs);
  const resolved = resolveChange(plan, { targets, version, environment, digest });
  const isSet = (name: string) => !needsVariables || (process.env[name] ?? "") !== "";
  const unset = findUnsetVariables(plan, isSet);
  const short = findShortSecrets(plan, (name) => process.env[name]);
  const issues = [...loaded.issues, ...resolved.issues, ...unset, ...short];
  if (!resolved.ok || unset.length > 0 || short.length > 0) return { ok: false, planText, issues };
  const change = placeKnownHosts(resolved.change, request);
  const kept = { format: 1, actionVersion, commit, change };
  const files = await listFiles(plan, request);
  return { ok: true, change, plan, files, planText, inputsText: `${JSON.stringify(kept)}\n`, issues };
}

async function listFiles({ targets }: PlanDocument, request: LoadRequest): Promise<readonly string[]> {
  const groups = Object.values(targets.groups ?? {});
  const named = [targets.from, ...groups.map(({ from }) => from), targets.ssh?.["known-hosts"]];
  const places = named.filter((name) => name !== undefined).map((name) => confine(name, request));
  return [request.planPath, ...(await Promise.all(places))];
}

/** The plan names the file from its own folder; whoever resumes the change knows only the working folder. */
function placeKnownHosts(change: Change, { planPath, root }: LoadRequest): Change {
  if (change.ssh === null) return change;
  const file = path.resolve(path.dirname(planPath), change.ssh.knownHosts);
  // A plan from outside of the folder that commands run in.
  const isElsewhere = root === path.dirname(planPath) && root !== process.cwd();
  const knownHosts = isElsewhere ? file : path.relative(root, file);
  return { ...change, ssh: { ...change.ssh, knownHosts } };
}

/**
 * The change that a journal was started with: as it was resolved then, whatever has become of the plan
 * language since. Throws JOURNAL_CORRUPT for what this version cannot read, or would not carry out.
 */
export function reloadChange(files: Readonly<{ inputs: string | null }>): Change {
  const inputs = Inputs.safeParse(parseJson(files.inputs ?? ""));
  if (inputs.success) {
    // On the way back the plan is not read again: the change itself names its secrets.
    hideReferences(inputs.data.change, process.env);
    return inputs.data.change;
  }
  throw new ChangeError(
    "JOURNAL_CORRUPT",
    "The journal's inputs.json is damaged, or a newer version wrote it.",
    {
      hint: "Use the version of change-deploy that wrote it; `git log -p` on the journal's ref shows the file.",
    },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
