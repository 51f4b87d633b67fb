import { ChangeError } from "./errors.ts";
import { findNearest } from "./plan/nearest.ts";
import { type Env, type RunContext, readRunContext } from "./run-context.ts";

/** What the runner gives us, read once, at the start, and nowhere else. */
export const INPUT_NAMES = [
  "phase",
  "plan",
  "environment",
  "version",
  "change-id",
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
] as const;
export type OutputName = (typeof OUTPUT_NAMES)[number];

/** The same as in action.yml, for a runner or a wrapper that does not fill them in. */
export const INPUT_DEFAULTS = { journal: "origin", "journal-prefix": "refs/change-deploy" } as const;

export const PHASES = ["validate", "deploy", "rollback", "report", "run"] as const;
export type Phase = (typeof PHASES)[number];

type Common = Readonly<{
  version: string;
  changeId: string | null;
  journal: string;
  journalPrefix: string;
  /** A secret: the entry registers it before anything else. */
  token: string | null;
  run: RunContext;
}>;

export type ActionInputs = Common &
  (
    | Readonly<{ phase: "validate"; plans: readonly string[]; environment: string | null }>
    | Readonly<{ phase: "deploy" | "run"; plan: string; environment: string }>
    | Readonly<{ phase: "rollback" | "report"; plan: string | null; environment: string }>
  );

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
  if (phase === null || problems.length > 0) throw inputError(problems);

  const common: Common = {
    version: given.version ?? defaultVersion(run),
    changeId: given["change-id"],
    journal: given.journal ?? INPUT_DEFAULTS.journal,
    journalPrefix: given["journal-prefix"] ?? INPUT_DEFAULTS["journal-prefix"],
    token: given.token,
    run,
  };
  const { plan, environment } = given;
  if (phase === "validate") return { ...common, phase, plans: linesOf(plan ?? ""), environment };
  // checkPhase has made sure that what a phase needs is there.
  return { ...common, phase, plan, environment } as ActionInputs;
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
  const needsPlan = phase === "validate" || phase === "deploy" || phase === "run";
  if (needsPlan && given.plan === null)
    problems.push(`\`phase: ${phase}\` needs \`plan\`, the path of the plan`);
  if (phase === "validate") return;
  if (given.environment === null) problems.push(`\`phase: ${phase}\` needs \`environment\``);
  if (given.token === null) {
    problems.push(
      "`token` is empty: the secret that it names does not exist here; leave it out for the job's own",
    );
  }
}

function checkValues(given: Given, problems: string[]): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === null) continue;
    const lines = name === "plan" && given.phase === "validate" ? linesOf(value) : [value];
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

/** Of several plans, each stands on a line of its own. */
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
