import { ChangeError } from "../errors.ts";
import { findNearest } from "../plan/nearest.ts";
import { COMMANDS, type CommandName, FLAGS, flagsOf, isCommandName } from "./commands.ts";

const MESSAGE_CHARS_MAX = 300;

export function refuse(message: string, hint: string): ChangeError {
  const short = message.length > MESSAGE_CHARS_MAX ? `${message.slice(0, MESSAGE_CHARS_MAX)}…` : message;
  return new ChangeError("INPUT_INVALID", short, { hint });
}

/** Throws INPUT_INVALID when there is no such command. */
export function findCommand(word: string | undefined): CommandName {
  const all = Object.keys(COMMANDS);
  const list = `The commands are ${all.join(", ")}; \`change-deploy help\` explains them.`;
  if (word === undefined) throw refuse("No command is given.", list);
  if (isCommandName(word)) return word;
  const meant = findNearest(word, all);
  throw refuse(`There is no command \`${word}\`.`, meant === null ? list : `Did you mean \`${meant}\`?`);
}

/** Prefers the flags of the command at hand: `--enviroment` after `run` can only be one thing. */
export function suggestFlag(name: string, command: string | undefined): string {
  const known = command !== undefined && isCommandName(command);
  const meant = findNearest(name, known ? flagsOf(command) : []) ?? findNearest(name, Object.keys(FLAGS));
  if (meant !== null) return `Did you mean --${meant}?`;
  return `See \`change-deploy ${known ? `help ${command}` : "help"}\`.`;
}
