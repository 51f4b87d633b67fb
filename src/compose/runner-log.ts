import { randomBytes } from "node:crypto";
import * as core from "@actions/core";
import { sanitiseLine } from "../adapters/output/sanitise.ts";
import { cleanLogLine } from "../cli/clean-log-line.ts";
import type { DisplayStream } from "../cli/display.ts";
import { stopCommands } from "../cli/stop-commands.ts";
import { cleanLine, shorten } from "../report/clean.ts";
import { redact } from "./secrets.ts";

const TOKEN_BYTES = 16;
/** GitHub shows ten of a kind per step, and cuts a longer message. */
const ANNOTATIONS_MAX = 10;
const MESSAGE_POINTS_MAX = 4_000;
const TITLE_POINTS_MAX = 200;
const LINES_MAX = 200;

const ANNOTATE = { error: core.error, warning: core.warning, notice: core.notice } as const;
type Level = keyof typeof ANNOTATE;
export type AnnotationPlace = Readonly<{
  title?: string;
  file?: string;
  startLine?: number;
  startColumn?: number;
}>;

const log = stopCommands({
  write: (text) => process.stdout.write(text),
  newToken: () => randomBytes(TOKEN_BYTES).toString("hex"),
});
const given: Record<Level, number> = { error: 0, warning: 0, notice: 0 };

/** The job's log, as the display writes to it: every line is redacted, and none but ours is a command. */
export const runnerStream: DisplayStream & Readonly<{ command(line: string): void }> = {
  write(text) {
    log.write(redact(text));
    return true;
  },
  command: (line) => log.command(redact(line)),
  on: (event, listener) => process.stdout.on(event, listener),
  off: (event, listener) => process.stdout.off(event, listener),
};

/** Lets the runner obey again; to be called before the process ends. */
export function resumeCommands(): void {
  log.resume();
}

/** Lines of text for the log; what stands in them is of no effect. */
export function info(text: string): void {
  for (const line of text.split("\n")) runnerStream.write(`${cleanLogLine(sanitiseLine(redact(line)))}\n`);
}

/** An annotation: inert, redacted and bounded. More than GitHub shows of one kind become lines of the log. */
export function annotate(level: Level, message: string, place: AnnotationPlace = {}): void {
  const text = redact(inertLines(redact(message)));
  given[level] += 1;
  if (given[level] > ANNOTATIONS_MAX) return info(`${level}: ${text}`);
  log.resume();
  ANNOTATE[level](text, inertPlace(place));
}

/** The job's last word. It is an annotation too, and makes the step fail whatever was said before. */
export function fail(message: string): void {
  annotate("error", message);
  process.exitCode = 1;
}

/** For the runner to hide in what later steps print. */
export function maskInRunner(secret: string): void {
  log.resume();
  core.setSecret(secret);
}

function inertLines(message: string): string {
  const lines = message.split(/\r\n|[\n\r\u2028\u2029]/u, LINES_MAX).map((line) => cleanLine(line));
  return shorten(lines.join("\n"), MESSAGE_POINTS_MAX);
}

function inertPlace({ title, file, ...place }: AnnotationPlace): AnnotationPlace {
  const inert = (text: string) => shorten(cleanLine(redact(text)), TITLE_POINTS_MAX);
  return {
    ...place,
    ...(title === undefined ? {} : { title: inert(title) }),
    ...(file === undefined ? {} : { file: inert(file) }),
  };
}
