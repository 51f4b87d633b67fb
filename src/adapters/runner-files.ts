import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { EOL } from "node:os";

/**
 * What an action hands to its runner: blocks of `name<<delimiter`, the value, the delimiter, in the files that the
 * runner names. GitHub's own toolkit writes the same, and brings along an HTTP client as large as all of this action.
 */
export function setOutput(name: string, value: string): void {
  if (appendBlock("GITHUB_OUTPUT", name, value)) return;
  // Without a file (no runner, or one of before 2022) the old command says it, which must begin a line.
  process.stdout.write(`${EOL}::set-output name=${name}::${escapeText(value)}${EOL}`);
}

/** What the action's `post` step finds as STATE_name, also after its main process was killed. */
export function saveState(name: string, value: string): void {
  if (appendBlock("GITHUB_STATE", name, value)) return;
  process.stdout.write(`::save-state name=${name}::${escapeText(value)}${EOL}`);
}

/** A delimiter that nobody can know beforehand, so that no value can end its block. False: there is no such file. */
function appendBlock(variable: string, name: string, value: string): boolean {
  const file = process.env[variable] ?? "";
  if (file === "") return false;
  const delimiter = `ghadelimiter_${randomUUID()}`;
  appendFileSync(file, `${name}<<${delimiter}${EOL}${value}${EOL}${delimiter}${EOL}`);
  return true;
}

/** No value can end its line and begin a command of its own. */
function escapeText(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
