import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { EOL } from "node:os";

/** Where an annotation stands and what it is headed with. */
export type AnnotationProperties = Readonly<{
  title?: string;
  file?: string;
  startLine?: number;
  endLine?: number;
  startColumn?: number;
  endColumn?: number;
}>;

/**
 * What an action says to its runner: lines of the form `::command key=value::text` on standard output, and
 * blocks in the files that the runner names. GitHub's own toolkit says the same, and brings an HTTP client
 * along that is larger than all of this action.
 */
export function info(text: string): void {
  process.stdout.write(text + EOL);
}

export function notice(text: string, properties: AnnotationProperties = {}): void {
  annotate("notice", text, properties);
}

export function warning(text: string, properties: AnnotationProperties = {}): void {
  annotate("warning", text, properties);
}

export function error(text: string, properties: AnnotationProperties = {}): void {
  annotate("error", text, properties);
}

export function setFailed(text: string): void {
  process.exitCode = 1;
  error(text);
}

/** From now on the runner replaces the value in every log that it keeps of this job. */
export function setSecret(value: string): void {
  issue("add-mask", {}, value);
}

/** A runner reads outputs from its file. Without one (no runner, or one of before 2022), the old command says it. */
export function setOutput(name: string, value: string): void {
  const isWritten = appendBlock("GITHUB_OUTPUT", name, value);
  if (isWritten) return;
  // The old command must begin a line.
  process.stdout.write(EOL);
  issue("set-output", { name }, value);
}

/** What the action's `post` step finds by `getState`. */
export function saveState(name: string, value: string): void {
  if (!appendBlock("GITHUB_STATE", name, value)) issue("save-state", { name }, value);
}

export function getState(name: string): string {
  return process.env[`STATE_${name}`] ?? "";
}

function annotate(level: "notice" | "warning" | "error", text: string, from: AnnotationProperties): void {
  const { title, file, startLine, endLine, startColumn, endColumn } = from;
  issue(level, { title, file, line: startLine, endLine, col: startColumn, endColumn }, text);
}

type Properties = Readonly<Record<string, string | number | undefined>>;

/** Escaped, so that no text can end its line and begin a command of its own. */
function issue(command: string, properties: Properties, text: string): void {
  const pairs = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined || value === "" || value === 0 ? [] : [`${key}=${escapeProperty(String(value))}`],
  );
  const head = pairs.length === 0 ? command : `${command} ${pairs.join(",")}`;
  process.stdout.write(`::${head}::${escapeText(text)}${EOL}`);
}

function escapeText(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeText(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** A delimiter that nobody can know beforehand, so that no value can end its block. False: there is no such file. */
function appendBlock(variable: string, name: string, value: string): boolean {
  const file = process.env[variable] ?? "";
  if (file === "") return false;
  const delimiter = `ghadelimiter_${randomUUID()}`;
  appendFileSync(file, `${name}<<${delimiter}${EOL}${value}${EOL}${delimiter}${EOL}`);
  return true;
}
