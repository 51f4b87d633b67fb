import { parseArgs } from "node:util";
import type { CommandName as Told } from "../report/commands.ts";
import {
  COMMANDS,
  type CommandName,
  FLAGS,
  type Flag,
  type FlagName,
  flagsOf,
  isFlagName,
  type Operand,
} from "./commands.ts";
import { findCommand, refuse, suggestFlag } from "./refuse.ts";
import type { RehearsalFlags } from "./rehearsal-script.ts";
import { findTold } from "./told-commands.ts";

/** How the answer is shown. NO_COLOR and the terminal's own abilities are not looked at here. */
export type Looks = Readonly<{ json: boolean; plain: boolean; noColor: boolean }>;

/** Which journal. null is the default: the repository that one stands in, and its usual prefix. */
export type Place = Readonly<{ environment: string; journal: string | null; journalPrefix: string | null }>;

export type Command = Looks &
  (
    | Readonly<{ kind: "validate"; plan: string; strict: boolean; environment: string }>
    | Readonly<{
        kind: "explain";
        plan: string;
        version: string | null;
        at: string | null;
        environment: string;
      }>
    | (RehearsalFlags &
        Readonly<{
          kind: "rehearse";
          plan: string;
          version: string | null;
          at: string | null;
          environment: string;
        }>)
    | (Place & Readonly<{ kind: "run"; plan: string; version: string | null; approvedBy: string | null }>)
    | (Place & Readonly<{ kind: "resume" | "status" | "report"; change: string | null }>)
    | (Place &
        Readonly<{ kind: "rollback"; change: string | null; repaired: boolean; restore: readonly string[] }>)
    | (Place &
        Readonly<{
          kind: "tell";
          what: Told;
          change: string | null;
          restore: readonly string[];
          as: string | null;
        }>)
    | Readonly<{ kind: "demo" }>
    | Readonly<{ kind: "help"; topic: CommandName | null }>
    | Readonly<{ kind: "version" }>
  );

type Given = string | true | readonly string[];
type Flags = ReadonlyMap<FlagName, Given>;
type Words = { operands: string[]; flags: Map<FlagName, Given> };

/** Reads the arguments after the program's name. Throws INPUT_INVALID, with the nearest valid word as hint. */
export function parseArguments(argv: readonly string[]): Command {
  const { operands, flags } = readWords(argv);
  const looks = { json: flags.has("json"), plain: flags.has("plain"), noColor: flags.has("no-color") };
  if (operands.length === 0 && flags.has("version")) return { kind: "version", ...looks };
  if (operands.length === 0 && flags.has("help")) return { kind: "help", topic: null, ...looks };

  const name = findCommand(operands[0]);
  if (flags.has("help")) return { kind: "help", topic: name, ...looks };
  checkFlags(name, flags);
  checkOperands(name, operands.slice(1));
  return buildCommand(name, { operands: operands.slice(1), flags, looks });
}

/** For errors that come up before the arguments are understood: was a JSON document asked for? */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? argv.length : end).includes("--json");
}

function buildCommand(
  kind: CommandName,
  given: Readonly<{ operands: readonly string[]; flags: Flags; looks: Looks }>,
): Command {
  const { operands, flags, looks } = given;
  const operand = operands[0] ?? null;
  const text = (flag: FlagName) => (flags.get(flag) as string | undefined) ?? null;
  const list = (flag: FlagName) => (flags.get(flag) as readonly string[] | undefined) ?? [];
  const restore = list("restore");
  const environment = text("environment") ?? "local";
  const place = { environment, journal: text("journal"), journalPrefix: text("journal-prefix") };
  switch (kind) {
    case "validate":
      return { kind, plan: operand ?? "", strict: flags.has("strict"), environment, ...looks };
    case "explain":
      return { kind, plan: operand ?? "", version: text("to"), at: text("at"), environment, ...looks };
    case "rehearse":
      return {
        ...{ kind, plan: operand ?? "", version: text("to"), at: text("at"), environment },
        ...{ fail: list("fail"), unhealthy: list("unhealthy"), trigger: list("trigger") },
        ...{ crash: list("crash"), answer: list("answer"), ...looks },
      };
    case "run":
      return {
        ...{ kind, plan: operand ?? "", version: text("to"), approvedBy: text("approved-by") },
        ...place,
        ...looks,
      };
    case "help":
      return { kind, topic: operand === null ? null : findCommand(operand), ...looks };
    case "demo":
    case "version":
      return { kind, ...looks };
    case "rollback":
      return { kind, change: operand, repaired: flags.has("repaired"), restore, ...place, ...looks };
    case "tell":
      return {
        ...{ kind, what: findTold(operand ?? "", restore), change: operands[1] ?? null, restore },
        ...{ as: text("as"), ...place, ...looks },
      };
    default:
      return { kind, change: operand, ...place, ...looks };
  }
}

function readWords(argv: readonly string[]): Words {
  const options: Record<string, { type: "string" | "boolean"; short?: string }> = {};
  for (const [name, flag] of Object.entries(FLAGS)) {
    options[name] = {
      type: flag.value === null ? "boolean" : "string",
      ...(flag.short === null ? {} : { short: flag.short }),
    };
  }
  // Not strict: node's own messages name neither the nearest flag nor the command that takes it.
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  const words: Words = { operands: [], flags: new Map() };
  for (const token of tokens) {
    if (token.kind === "positional") words.operands.push(token.value);
    if (token.kind === "option") addFlag(words, token);
  }
  return words;
}

type OptionToken = Readonly<{
  name: string;
  rawName: string;
  value?: string | undefined;
  inlineValue?: boolean | undefined;
}>;

function addFlag(words: Words, token: OptionToken): void {
  const { name, rawName, value } = token;
  if (!isFlagName(name)) throw refuse(`There is no flag ${rawName}.`, suggestFlag(name, words.operands[0]));
  const flag: Flag = FLAGS[name];
  if (flag.many === undefined && words.flags.has(name)) {
    throw refuse(`${rawName} is given twice.`, "Give it once.");
  }
  if (flag.value === null) {
    if (value !== undefined) throw refuse(`${rawName} takes no value.`, `Write ${rawName} alone.`);
    words.flags.set(name, true);
    return;
  }
  const given = checkValue(token, flag.value);
  const before = (words.flags.get(name) ?? []) as readonly string[];
  words.flags.set(name, flag.many === undefined ? given : [...before, given]);
}

function checkValue({ rawName, value, inlineValue }: OptionToken, shape: string): string {
  const example = `${rawName} ${shape}`;
  if (value === undefined || value === "") throw refuse(`${rawName} needs a value.`, `Write ${example}.`);
  if (inlineValue === false && value.startsWith("-")) {
    const hint = `Write ${example}; a value that begins with a dash is written ${rawName}=${value}.`;
    throw refuse(`${rawName} needs a value.`, hint);
  }
  if ([...value].some((char) => char < " " || char === "\u007f")) {
    throw refuse(`${rawName} has a control character in its value.`, `Write ${example} on one line.`);
  }
  return value;
}

function checkFlags(name: CommandName, flags: Flags): void {
  const known = flagsOf(name);
  for (const flag of flags.keys()) {
    if (known.includes(flag)) continue;
    const takers = Object.keys(COMMANDS).filter((other) => flagsOf(other as CommandName).includes(flag));
    const hint = takers.length === 0 ? "Write it without a command." : `It goes with ${takers.join(", ")}.`;
    throw refuse(`\`${name}\` takes no --${flag}.`, hint);
  }
}

function checkOperands(name: CommandName, given: readonly string[]): void {
  const operands: readonly Operand[] = COMMANDS[name].operands;
  for (const [position, operand] of operands.entries()) {
    if (!operand.required || (given[position] ?? "") !== "") continue;
    throw refuse(
      `\`${name}\` needs a ${operand.name}.`,
      `Write \`change-deploy ${name} ${operand.name}\`: ${operand.text}.`,
    );
  }
  const extra = given[operands.length];
  if (extra === undefined) return;
  const takes =
    operands.length === 0 ? "nothing more" : operands.map((one) => `one ${one.name}`).join(" and ");
  const hint =
    name === "run" ? `For the version, write --to ${extra}.` : `See \`change-deploy help ${name}\`.`;
  throw refuse(`\`${name}\` takes ${takes}, and \`${extra}\` is one too many.`, hint);
}
