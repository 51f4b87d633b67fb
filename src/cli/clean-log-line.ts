import { stripVTControlCharacters } from "node:util";
import { dropInvisible } from "../report/clean.ts";

const LINE_CHARS_MAX = 2_000;

/**
 * One line of foreign text that cannot steer what shows it: no colours or cursor moves for a terminal,
 * nothing that a CI runner takes for a command. Columns stay where they are.
 */
export function cleanLogLine(line: string): string {
  const cut = line.length > LINE_CHARS_MAX ? `${line.slice(0, LINE_CHARS_MAX)}…` : line;
  const visible = dropInvisible(stripVTControlCharacters(cut).replaceAll("\t", "    "));
  return visible.replaceAll("##[", "# #[").replace(/^(\s*):(?=:)/u, "$1: ");
}
