import { ChangeError } from "./errors.ts";
import { findNearest } from "./plan/nearest.ts";
import { type PlanSecrets, parsePlanSecrets } from "./plan-secrets.ts";
import { type Env, type RunContext, readRunContext } from "./run-context.ts";

/** What the runner gives us, read once, at the start, and nowhere else. */
export const INPUT_NAMES = [
  "phase",
  "plan",
  "environment",
  "version",
  "change-id",
  "rescue",
  "repaired",
  "restore",
  "plan-secrets",
  "journal",
  "journal-prefix",
  "token",
] as const;
export type InputName = (typeof INPUT_NAMES)[number];

export const OUTPUT_NAMES = [
  "outcome",
  "reason-code",
  "change-id",
  "digest",
  "environment",
  "issue-url",
  "report-path",
  "journal-ref",
  "result",
  "plans",
] as const;
export type OutputName = (typeof OUTPUT_NAMES)[number];

/** The same as in action.yml, for a runner or a wrapper that does not fill them in. */
export const INPUT_DEFAULTS = {
  rescue: "false",
  repaired: "false",
  journal: "origin",
  "journal-prefix": "refs/change-deploy",
} as const;

export const PHASES = [
  "validate",
  "due",
  "gate",
  "prepare",
  "deploy",
  "verify",
  "rollback",
  "report",
  "run",
] as const;
export type Phase = (typeof PHASES)[number];

/** These read the plan that is checked out; the others read the journal. */
const PLAN_PHASES: readonly Phase[] = ["validate", "due", "gate", "prepare", "deploy", "verify", "run"];

type Common = Readonly<{
  version: string;
  changeId: string | null;
  journal: string;
  journalPrefix: string;
  /** A secret: the entry registers it before anything else. */
  token: string | null;
  /** Secrets too, by the names that the plan knows them by: see `parsePlanSecrets`. */
  planSecrets: PlanSecrets;
  run: RunContext;
}>;

export type ActionInputs = Common &
  (
    | Readonly<{ phase: "validate"; plans: readonly string[]; environment: string | null }>
    | Readonly<{ phase: PlanPhase; plan: string; environment: string }>
    | Readonly<{ phase: "report"; plan: string | null; environment: string }>
    | (RollbackWish & Readonly<{ phase: "rollback"; plan: string | null; environment: string }>)
  );

/** `due` looks for plans below its `plan`, which is a folder; for the others it is the plan's file. */
export type PlanPhase = "due" | "gate" | "prepare" | "deploy" | "verify" | "run";

export type RollbackWish = Readonly<{
  /** Only what this very run has left unfinished. */
  rescue: boolean;
  /** What an earlier rollback left has been put right by hand. */
  repaired: boolean;
  /** Backups to restore, by their names in the plan. */
  restore: readonly string[];
}>;

const VALUE_CHARS_MAX = 1_024;
/** The explanations of more would not fit into the summary of one step. */
const PLANS_MAX = 50;

/** Throws INPUT_INVALID with every problem at once. An empty value counts as not given. */
export function readInputs(env: Env): ActionInputs {
  const problems = findUnknown(env);
  const given = Object.fromEntries(INPUT_NAMES.map((name) => [name, readInput(env, name)])) as Given;
  const run = readRunContext(env, problems);
  const phase = readPhase(given.phase, problems);
  if (phase !== null) checkPhase(phase, given, problems);
  checkValues(given, problems);
  const planSecrets = parsePlanSecrets(given["plan-secrets"] ?? "", problems);
  if (phase === null || problems.length > 0) throw inputError(problems);

  const common: Common = {
    version: given.version ?? defaultVersion(run),
    changeId: given["change-id"],
    journal: given.journal ?? INPUT_DEFAULTS.journal,
    journalPrefix: given["journal-prefix"] ?? INPUT_DEFAULTS["journal-prefix"],
    token: given.token,
    planSecrets,
    run,
  };
  const { plan, environment } = given;
  if (phase === "validate") return { ...common, phase, plans: linesOf(plan ?? ""), environment };
  const wish = phase === "rollback" ? readRollbackWish(given) : {};
  // checkPhase has made sure that what a phase needs is there.
  return { ...common, phase, plan, environment, ...wish } as ActionInputs;
}

function readRollbackWish(given: Given): RollbackWish {
  return {
    rescue: given.rescue === "true",
    repaired: given.repaired === "true",
    restore: linesOf(given.restore ?? ""),
  };
}

type Given = Readonly<Record<InputName, string | null>>;

/** The runner upper-cases a name, keeps its hyphens, and passes on names that action.yml does not have. */
function readInput(env: Env, name: InputName): string | null {
  const value = env[variableOf(name)]?.trim() ?? "";
  return value === "" ? null : value;
}

function variableOf(name: string): string {
  return `INPUT_${name.toUpperCase()}`;
}

function findUnknown(env: Env): string[] {
  const known = new Set(INPUT_NAMES.map(variableOf));
  return Object.keys(env)
    .filter((key) => key.startsWith("INPUT_") && !known.has(key))
    .map((key) => {
      const name = key.slice("INPUT_".length).toLowerCase();
      const nearest = findNearest(name, INPUT_NAMES);
      const help = nearest === null ? `there are ${INPUT_NAMES.join(", ")}` : `did you mean \`${nearest}\`?`;
      return `there is no input \`${plain(name)}\`; ${help}`;
    });
}

function readPhase(value: string | null, problems: string[]): Phase | null {
  const phase = PHASES.find((known) => known === value);
  if (phase !== undefined) return phase;
  const said = value === null ? "`phase` is missing" : `\`phase\` is \`${plain(value)}\``;
  problems.push(`${said}; it is one of ${PHASES.join(", ")}`);
  return null;
}

function checkPhase(phase: Phase, given: Given, problems: string[]): void {
  if (PLAN_PHASES.includes(phase) && given.plan === null) {
    const what = phase === "due" ? "the folder of the plans" : "the path of the plan";
    problems.push(`\`phase: ${phase}\` needs \`plan\`, ${what}`);
  }
  checkRollbackWish(phase, given, problems);
  if (phase === "validate") return;
  if (given.environment === null) problems.push(`\`phase: ${phase}\` needs \`environment\``);
  if (given.token === null) {
    problems.push(
      "`token` is empty: the secret that it names does not exist here; leave it out for the job's own",
    );
  }
}

function checkRollbackWish(phase: Phase, given: Given, problems: string[]): void {
  for (const name of ["rescue", "repaired"] as const) {
    const value = given[name] ?? "false";
    if (value !== "true" && value !== "false") problems.push(`\`${name}\` is neither true nor false`);
    else if (value === "true" && phase !== "rollback")
      problems.push(`\`${name}\` goes with \`phase: rollback\` only`);
  }
  if (given.restore !== null && phase !== "rollback")
    problems.push("`restore` goes with `phase: rollback` only");
}

/** Of several plans, or backups, each stands on a line of its own. */
function takesLines(name: string, { phase }: Given): boolean {
  return (name === "plan" && phase === "validate") || name === "restore";
}

function checkValues(given: Given, problems: string[]): void {
  for (const [name, value] of Object.entries(given)) {
    // The secrets have rules of their own, and none of them may be shown.
    if (value === null || name === "plan-secrets") continue;
    const lines = takesLines(name, given) ? linesOf(value) : [value];
    if (lines.length > PLANS_MAX) problems.push(`\`${name}\` has more than ${PLANS_MAX} lines`);
    if (lines.some((line) => /\p{Cc}/u.test(line)))
      problems.push(`\`${name}\` has a line break or a control character in it`);
    if (lines.some((line) => line.length > VALUE_CHARS_MAX))
      problems.push(`\`${name}\` is longer than ${VALUE_CHARS_MAX} characters`);
  }
  const journal = given.journal ?? "";
  if (journal.startsWith("-")) problems.push("`journal` starts with a hyphen, which git takes for an option");
  // Not shown: what stands before the @ may be a password.
  if (/^https?:\/\/[^/]*@|^[a-z+]+:\/\/[^/@]*:[^/@]*@/i.test(journal)) {
    problems.push("`journal` has credentials in it: give the address without them, and the input `token`");
  }
  const prefix = given["journal-prefix"] ?? "";
  if (prefix !== "" && !/^refs(\/[A-Za-z0-9][\w-]*)+$/.test(prefix)) {
    problems.push("`journal-prefix` is not the beginning of a ref, such as `refs/change-deploy`");
  }
}

function linesOf(value: string): string[] {
  return value
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function defaultVersion({ ref, commit }: RunContext): string {
  return ref.startsWith("refs/tags/") ? ref.slice("refs/tags/".length) : commit.slice(0, 7);
}

function inputError(problems: readonly string[]): ChangeError {
  const [first = "", ...rest] = problems;
  const message = rest.length === 0 ? `${first}.` : `${problems.map((problem) => `- ${problem}`).join("\n")}`;
  return new ChangeError("INPUT_INVALID", message, {
    hint: "The inputs are in action.yml; they stand under `with:` of the step.",
  });
}

function plain(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ").slice(0, 60);
}
