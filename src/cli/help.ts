import {
  COMMANDS,
  COMMON_FLAGS,
  type CommandName,
  type CommandRow,
  FLAGS,
  type FlagName,
} from "./commands.ts";

const EXIT_CODES = [
  ["0", "succeeded"],
  ["1", "usage, an invalid plan, or an error that names its fix"],
  ["2", "rejected: a gate said no, and nothing was touched"],
  ["3", "rolled back: every touched target is verified back"],
  ["4", "rollback incomplete, or frozen past an irreversible step"],
  ["5", "held or interrupted: `resume` goes on"],
] as const;

/** The help of one command, or of all of them. Ends without a line break. */
export function renderHelp(topic: CommandName | null): string {
  return topic === null ? renderOverview() : renderCommand(topic);
}

function renderOverview(): string {
  const commands = Object.entries(COMMANDS).map(
    ([name, row]) => [writeUsage(name, row), row.summary] as const,
  );
  return [
    "change-deploy carries out a change plan: in batches, checked, and undone when it fails.",
    section("Usage", ["change-deploy COMMAND [FLAGS]"]),
    section("Commands", align(commands)),
    section("Flags", align(Object.keys(FLAGS).map((name) => describeFlag(name as FlagName)))),
    section("Exit codes", align(EXIT_CODES)),
    section("Examples", [
      "change-deploy demo",
      ...COMMANDS.validate.examples.slice(0, 1),
      ...COMMANDS.explain.examples.slice(0, 1),
      ...COMMANDS.run.examples,
      "change-deploy help run",
    ]),
  ].join("\n\n");
}

function renderCommand(name: CommandName): string {
  const row: CommandRow = COMMANDS[name];
  const operands = row.operands.map((operand) => [operand.name, operand.text] as const);
  const flags = [...row.flags, ...COMMON_FLAGS].map(describeFlag);
  return [
    `change-deploy ${name}: ${row.summary}.`,
    ...(row.details === "" ? [] : [row.details]),
    section("Usage", [`change-deploy ${writeUsage(name, row)} [FLAGS]`]),
    section("Arguments and flags", align([...operands, ...flags])),
    ...(changesSomething(name) ? [section("Exit codes", align(EXIT_CODES))] : []),
    section("Examples", row.examples),
  ].join("\n\n");
}

function changesSomething(name: CommandName): boolean {
  return name === "rehearse" || name === "run" || name === "resume" || name === "rollback";
}

function writeUsage(name: string, row: CommandRow): string {
  const operands = row.operands.map((operand) => (operand.required ? operand.name : `[${operand.name}]`));
  return [name, ...operands].join(" ");
}

function describeFlag(name: FlagName): readonly [string, string] {
  const { value, short, text } = FLAGS[name];
  const long = value === null ? `--${name}` : `--${name} ${value}`;
  return [short === null ? long : `-${short}, ${long}`, text];
}

function section(title: string, lines: readonly string[]): string {
  return [`${title}:`, ...lines.map((line) => `  ${line}`)].join("\n");
}

function align(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`);
}
