/** Every flag by its long name. `value` is how the help names its value; null is a switch. */
export const FLAGS = {
  environment: { value: "NAME", short: null, text: "the environment to act on (default: local)" },
  to: { value: "VERSION", short: null, text: "what steps see as CHANGE_VERSION (default: the short commit)" },
  journal: { value: "REMOTE", short: null, text: "a git remote, URL or folder (default: origin, else here)" },
  "journal-prefix": { value: "REF", short: null, text: "where its refs begin (default: refs/change-deploy)" },
  at: {
    value: "TIME",
    short: null,
    text: "as if it were that time, such as 2026-11-27T18:00 (default: now)",
  },
  "approved-by": {
    value: "NAME",
    short: null,
    text: "who says that the plan is approved; recorded as said, not as proven",
  },
  restore: { value: "BACKUP", short: null, many: true, text: "a backup to restore as well; may be repeated" },
  as: { value: "LOGIN", short: null, text: "in which part of the plan's team you stand (default: operator)" },
  fail: {
    value: "TARGET[:STEP]",
    short: null,
    many: true,
    text: "its steps, or that one, fail; may be repeated",
  },
  unhealthy: {
    ...{ value: "TARGET@TIME", short: null, many: true },
    text: "unhealthy on the new version, so long after the start; may be repeated",
  },
  trigger: {
    ...{ value: "NAME@TIME", short: null, many: true },
    text: "what the trigger waits for, so long after the start; may be repeated",
  },
  crash: {
    value: "EVENTS",
    short: null,
    many: true,
    text: "the runner dies after so many events; may be repeated",
  },
  answer: { value: "WHAT", short: null, many: true, text: "to the question of a warning; may be repeated" },
  repaired: { value: null, short: null, text: "what a rollback left has been put right by hand: verify it" },
  strict: { value: null, short: null, text: "let warnings fail, too" },
  json: { value: null, short: null, text: "one JSON document on standard output, the log on standard error" },
  plain: { value: null, short: null, text: "plain lines instead of the live board" },
  "no-color": { value: null, short: null, text: "no colours (NO_COLOR does the same)" },
  help: { value: null, short: "h", text: "show this help" },
  version: { value: null, short: null, text: "show the version" },
} as const satisfies Record<string, Flag>;

/** `many`: it may be given again, for a further value. */
export type Flag = Readonly<{ value: string | null; short: string | null; many?: true; text: string }>;
export type FlagName = keyof typeof FLAGS;

export type Operand = Readonly<{ name: string; required: boolean; text: string }>;

export type CommandRow = Readonly<{
  /** In order; those that may be left out come last. */
  operands: readonly Operand[];
  flags: readonly FlagName[];
  summary: string;
  /** What the summary leaves open; shown in the command's own help. */
  details: string;
  examples: readonly string[];
}>;

const TOLD = { name: "WHAT", required: true, text: "continue, hold, rollback or abort" };
const PLAN = { name: "PLAN", required: true, text: "the plan's file" };
const CHANGE = { name: "CHANGE", required: false, text: "a change id (default: the newest)" };
const CHANGE_AT_WORK = { name: "CHANGE", required: false, text: "a change id (default: the one at work)" };
const JOURNAL: readonly FlagName[] = ["environment", "journal", "journal-prefix"];

export const COMMANDS = {
  validate: {
    operands: [PLAN],
    flags: ["strict", "environment"],
    summary: "find every mistake in a plan; touch nothing",
    details: "Prints each problem with its line, column and what to write instead.",
    examples: ["change-deploy validate plan.yml", "change-deploy validate plan.yml --strict --json"],
  },
  explain: {
    operands: [PLAN],
    flags: ["environment", "to", "at"],
    summary: "show what a plan would do, how long it takes and whether it fits its window",
    details:
      "Draws the phases and batches, and says what is expected and what the worst case is, when it\n" +
      "must start by, from when on it is too late to turn back, who must approve, what stops it, and\n" +
      "what a rollback undoes. Runs no command and touches nothing. A TIME without an offset is in the\n" +
      "plan's own time zone. With --json, all moments are ISO texts and all durations milliseconds.",
    examples: [
      "change-deploy explain plan.yml",
      "change-deploy explain plan.yml --environment production --to 2.0 --json",
      "change-deploy explain plan.yml --at 2026-11-27T18:00",
    ],
  },
  rehearse: {
    operands: [PLAN],
    flags: ["to", "environment", "at", "fail", "unhealthy", "trigger", "crash", "answer"],
    summary: "play a plan through in a made-up world: what fails, and what is undone",
    details:
      "The real engine carries the change out on a clock of its own: in a moment, running no command and\n" +
      "touching nothing. Steps take from one to ten seconds, approvals are given, and all goes well but\n" +
      "for what you ask to go wrong. Prints what would happen and when, and what would be undone in which\n" +
      "order; ends with the exit code that `run` would have. Without --at a plan with windows begins at\n" +
      "the first opening in which it fits.",
    examples: [
      "change-deploy rehearse plan.yml",
      "change-deploy rehearse plan.yml --fail web-07:Install --json",
      "change-deploy rehearse plan.yml --unhealthy web-03@2m --crash 12",
      "change-deploy rehearse plan.yml --trigger overload@10m --answer rollback --at 2026-11-27T18:00",
    ],
  },
  run: {
    operands: [PLAN],
    flags: ["to", "approved-by", ...JOURNAL],
    summary: "carry out a plan: batches, health checks, and rollback when one fails",
    details:
      "Writes every step to the journal before it is taken. Ctrl-C ends the\n" +
      "steps that run and starts no more; `resume` goes on, and `rollback` puts back what was touched.\n" +
      "On a terminal the keys c, h, r and a, each pressed twice, continue, hold, roll back and abort;\n" +
      "`tell` says the same from another one. Where the plan asks for approvals or for somebody's word,\n" +
      "only --approved-by stands for them here, and the journal calls it unproven.",
    examples: [
      "change-deploy run plan.yml --to 2.0",
      "change-deploy run plan.yml --to 2.0 --environment production --journal origin",
      "change-deploy run plan.yml --to 2.0 --approved-by hubot",
    ],
  },
  resume: {
    operands: [CHANGE],
    flags: JOURNAL,
    summary: "go on with a change that was interrupted or held",
    details:
      "Starts with the first unfinished step. A finished step never runs again, and one that was\n" +
      "cut off is looked up first and repeated only where that is safe.",
    examples: ["change-deploy resume", "change-deploy resume CHG-2026-0142 --environment production"],
  },
  rollback: {
    operands: [CHANGE],
    flags: ["restore", "repaired", ...JOURNAL],
    summary: "undo a change, newest step first, and verify that it is undone",
    details:
      "Also tries again what an earlier rollback left incomplete. With --repaired that is verified\n" +
      "instead: you vouch, by name in the journal, that it has been put right by hand. A backup is\n" +
      "restored only where a trigger or --restore says so.",
    examples: [
      "change-deploy rollback",
      "change-deploy rollback CHG-2026-0142 --environment production",
      "change-deploy rollback --restore database --restore files",
    ],
  },
  tell: {
    operands: [TOLD, CHANGE_AT_WORK],
    flags: ["restore", "as", ...JOURNAL],
    summary: "tell a change at work to continue, hold, roll back or abort",
    details:
      "Reaches the process that carries it out, on this machine and from this repository, if you are\n" +
      "the user who started it, and waits until it has taken the word. continue: go on, and answer the\n" +
      "question that a warning asked. hold: finish what has been started, and stop there. rollback: undo,\n" +
      "with --restore also from backups. abort: stop at once, as it is. The journal keeps who said it; a\n" +
      "LOGIN must stand in the plan's team, in a part that may say it.",
    examples: [
      "change-deploy tell hold",
      "change-deploy tell rollback CHG-2026-0142 --environment production --restore database",
      "change-deploy tell continue --as octocat",
    ],
  },
  status: {
    operands: [CHANGE],
    flags: JOURNAL,
    summary: "show how far a change has got, target by target",
    details: "Reads the journal and changes nothing; safe while another process works on the change.",
    examples: ["change-deploy status", "change-deploy status CHG-2026-0142 --json"],
  },
  report: {
    operands: [CHANGE],
    flags: JOURNAL,
    summary: "write the record of a change: what ran, what failed, what people owe next",
    details: "Reads the journal; the report can be written again at any time.",
    examples: ["change-deploy report", "change-deploy report CHG-2026-0142 --environment production"],
  },
  demo: {
    operands: [],
    flags: [],
    summary: "watch a good and a bad release on twelve real services on this machine",
    details:
      "Works in a temporary folder, offline, in well under a minute, and leaves nothing behind.\n" +
      "Needs git and nothing else.",
    examples: ["change-deploy demo"],
  },
  help: {
    operands: [{ name: "COMMAND", required: false, text: "the command to explain" }],
    flags: [],
    summary: "explain a command",
    details: "Without a command: all of them, with the exit codes.",
    examples: ["change-deploy help run"],
  },
  version: {
    operands: [],
    flags: [],
    summary: "show the version",
    details: "",
    examples: ["change-deploy version --json"],
  },
} as const satisfies Record<string, CommandRow>;

export type CommandName = keyof typeof COMMANDS;

/** Taken by every command. */
export const COMMON_FLAGS: readonly FlagName[] = ["json", "plain", "no-color", "help"];

export function isCommandName(text: string): text is CommandName {
  return Object.hasOwn(COMMANDS, text);
}

export function isFlagName(text: string): text is FlagName {
  return Object.hasOwn(FLAGS, text);
}

export function flagsOf(name: CommandName): readonly FlagName[] {
  return [...COMMANDS[name].flags, ...COMMON_FLAGS];
}
