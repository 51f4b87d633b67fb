export type CommandName = "continue" | "hold" | "rollback" | "abort";

/** What a person asks for in a comment; `restore` names backups, and is empty but for a rollback. */
export type PersonCommand = Readonly<{ name: CommandName; restore: readonly string[] }>;

export type ParsedCommand =
  | Readonly<{ ok: true; command: PersonCommand }>
  /** Begins as a command, and is none: the writer has to be told. */
  | Readonly<{ ok: false; message: string }>;

const COMMAND = /^\/(continue|hold|rollback|abort)(?=[ \t]|$)(.*)$/iu;
const BACKUP_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/u;
const NAME_CHARS_MAX = 64;
const RESTORES_MAX = 50;
const LINE_CHARS_MAX = 4_000;

/**
 * Reads a comment. Only its very first characters can make it a command, so that no quotation, code block
 * or later line is one. null: an ordinary comment.
 */
export function parseCommand(body: string): ParsedCommand | null {
  const line = body.slice(0, LINE_CHARS_MAX).split(/\r?\n/u, 1)[0] ?? "";
  const match = COMMAND.exec(line);
  if (match === null) return null;
  const name = (match[1] ?? "").toLowerCase() as CommandName;
  const words = (match[2] ?? "").split(/[ \t]+/u).filter((word) => word !== "");
  if (words.length === 0) return { ok: true, command: { name, restore: [] } };
  if (name !== "rollback")
    return malformed(`\`/${name}\` stands alone on its line: write the reason below it.`);
  return parseRestore(words);
}

function parseRestore([first = "", ...names]: readonly string[]): ParsedCommand {
  if (first.toLowerCase() !== "restore" || names.length === 0) {
    return malformed("Write `/rollback`, or `/rollback restore NAME` with the names of the plan's backups.");
  }
  const isName = (name: string) => name.length <= NAME_CHARS_MAX && BACKUP_NAME.test(name);
  if (names.length > RESTORES_MAX || !names.every(isName)) {
    return malformed(
      "After `/rollback restore` stand the names of backups in the plan, with blanks between them.",
    );
  }
  return { ok: true, command: { name: "rollback", restore: [...new Set(names)] } };
}

function malformed(message: string): ParsedCommand {
  return { ok: false, message };
}
