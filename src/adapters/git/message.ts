import type { ChangeEvent } from "../../rollout/events.ts";
import { plain } from "./words.ts";

const LINES_MAX = 200;
const LINE_CHARS_MAX = 300;
const SUBJECT_CHARS_MAX = 100;

/** Most telling first: what a reader of `git log --oneline` wants to see of a commit with many events. */
const TELLING: readonly ChangeEvent["kind"][] = [
  "finished",
  "trigger-fired",
  "interrupted",
  "rollback-failed",
  "rollback-retried",
  "attempt-started",
  "lease-taken-over",
  "resumed",
  "target-failed",
  "batch-opened",
  "batch-passed",
  "bake-started",
  "announced",
  "announce-failed",
  "target-rolled-back",
  "step-failed",
  "step-interrupted",
  "health-changed",
  "reported",
];

/** The commit's subject from the most telling event, then every event on a line of its own. */
export function writeMessage(
  events: readonly ChangeEvent[],
  describe: (event: ChangeEvent) => string,
): string {
  const [first, ...others] = events;
  if (first === undefined) return "Files of the change\n";
  const telling = others.reduce((best, event) => (rank(event) < rank(best) ? event : best), first);
  const shown = events.slice(0, LINES_MAX).map((event) => line(describe(event), LINE_CHARS_MAX));
  const left = events.length - shown.length;
  const body = left > 0 ? [...shown, `and ${left} more`] : shown;
  const subject = line(describe(telling), SUBJECT_CHARS_MAX);
  return events.length === 1 ? `${subject}\n` : `${subject}\n\n${body.join("\n")}\n`;
}

function rank({ kind }: ChangeEvent): number {
  const index = TELLING.indexOf(kind);
  return index === -1 ? TELLING.length : index;
}

/** Untrusted text in one line; never empty, because a commit without a subject reads as damaged. */
function line(text: string, charsMax: number): string {
  const flat = plain(text).replace(/\s+/g, " ").trim() || "(no words)";
  if (flat.length <= charsMax) return flat;
  // Half a character at the cut would be no text to git.
  return `${flat.slice(0, charsMax - 1).replace(/\p{Cs}/gu, "")}…`;
}
