import type { LogEntry } from "../report/lines.ts";

/** `runner`: a GitHub runner reads the log and folds what stands between its group commands. */
export type EntryLooks = Readonly<{ color: boolean; runner: boolean }>;

const PAINT: Partial<Record<LogEntry["level"], number>> = {
  critical: 31,
  warning: 33,
  success: 32,
  detail: 2,
};
const BOLD = 1;

/** A log entry as one line of text, behind its time; null for one that shows nothing. */
export function writeEntry(entry: LogEntry, time: string, looks: EntryLooks): string | null {
  const paint = (code: number | undefined, text: string) =>
    looks.color && code !== undefined ? `\u001b[${code}m${text}\u001b[0m` : text;
  switch (entry.kind) {
    case "group-start":
      return looks.runner ? `::group::${entry.text}` : paint(BOLD, `== ${entry.text}`);
    case "group-end":
      return looks.runner ? "::endgroup::" : null;
    default:
      return paint(PAINT[entry.level], `${time} ${entry.text}`);
  }
}
