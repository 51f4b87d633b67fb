import type { Finding } from "../finding.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { listScripts, type Place, type PlacedScript } from "../scripts.ts";

const PREVIOUS = "PREVIOUS_VERSION";

type Variable = Readonly<{ name: string; set: readonly Place[]; meaning: string; hint: string }>;

const OF_TARGET: Omit<Variable, "name"> = {
  set: ["target", "updating"],
  meaning: "it stands for one target, and this runs once for all of them",
  hint: "Move it to where each target is dealt with, such as `apply.each` or `on: targets`, or name the target.",
};

/** Those that are not set everywhere: elsewhere they are empty, and `rm -rf "/srv/$TARGET_NAME"` would be a disaster. */
const VARIABLES: readonly Variable[] = [
  { name: "TARGET_NAME", ...OF_TARGET },
  { name: "TARGET_HOST", ...OF_TARGET },
  { name: "TARGET_ZONE", ...OF_TARGET },
  {
    name: "CHANGE_BATCH",
    set: ["updating"],
    meaning: "it is the number of a target's batch, and here there is none",
    hint: "Use it in `apply.each` alone.",
  },
  {
    name: "BACKUP_FILE",
    set: ["backup"],
    meaning: "only the commands of a backup have it",
    hint: "Move the command into `backups`, or name the file.",
  },
];

/** Whether every command has the values that it asks for. */
export function checkVariables(plan: PlanDocument): Finding[] {
  return listScripts(plan).flatMap((script) => {
    const text = withoutComments(script.text);
    const unset = VARIABLES.filter(({ name, set }) => !set.includes(script.place) && asksFor(text, name));
    return [...unset.map((variable) => notSet(variable, script)), ...checkPrevious(plan, script, text)];
  });
}

function notSet({ name, meaning, hint }: Variable, { path, what }: PlacedScript): Finding {
  return { code: "variable-not-set", path, message: `${what} uses ${name}: ${meaning}.`, hint };
}

/** PREVIOUS_VERSION exists only per target, and only where the plan says how to read it. */
function checkPrevious({ targets }: PlanDocument, script: PlacedScript, text: string): Finding[] {
  const { path, what, place } = script;
  if (!asksFor(text, PREVIOUS)) return [];
  if (targets.version === undefined) {
    return [
      {
        code: "previous-version-unknown",
        path,
        message: `${what} uses ${PREVIOUS}, and nothing records it.`,
        hint: "Add `targets.version: <a command that prints the version that a target runs>`.",
      },
    ];
  }
  if (place === "updating") return [];
  return [
    {
      code: "previous-version-in-once-step",
      path,
      message: `${what} uses ${PREVIOUS}, which is recorded for each target right before it is changed.`,
      hint: "Move the command to `apply.each`, or let it find the version by itself.",
    },
  ];
}

type Patterns = Readonly<{ word: RegExp; provided: RegExp; defaulted: RegExp }>;

/** A plan may hold thousands of commands. */
const PATTERNS = new Map(
  [PREVIOUS, ...VARIABLES.map(({ name }) => name)].map((name) => [name, patternsOf(name)]),
);

function patternsOf(name: string): Patterns {
  return {
    word: new RegExp(`(?<![A-Za-z0-9_])${name}(?![A-Za-z0-9_])`),
    provided: new RegExp(`(?<![A-Za-z0-9_])(?:${name}=|for ${name} in|read ${name}|read -r ${name})`),
    defaulted: new RegExp(`\\$\\{${name}:?[-+=]`, "g"),
  };
}

/**
 * Whether the script means the variable that it is given: the whole word, as MY_TARGET_NAME is another
 * one, unless the script sets it by itself or says what to do without, as in `${TARGET_NAME:-all}`.
 */
function asksFor(script: string, variable: string): boolean {
  const patterns = PATTERNS.get(variable);
  if (patterns === undefined || !script.includes(variable)) return false;
  return patterns.word.test(script.replaceAll(patterns.defaulted, "")) && !patterns.provided.test(script);
}

/** Roughly, as a quoted `#` is no comment: what it hides is empty when it runs, as it was before. */
function withoutComments(script: string): string {
  return script.replaceAll(/(?<=^|\s)#[^\n]*/g, "");
}
