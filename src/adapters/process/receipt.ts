import { closeSync, openSync, readFileSync, statSync, writeSync } from "node:fs";

/** The wrapper's own exit code: the receipt could not be created, so the script was not started. */
export const UNCLAIMED_CODE = 125;

/**
 * A run's receipt is a file whose creation is the right to run, so that a probe and a shell that is
 * still starting are never both right. The shell creates it and appends the script's status, also
 * when the process that started it is gone by then. Builtins only: no process beyond the script's.
 *
 * $1 the file, $2 what it begins with, $3 the script: in a subshell, so that no `exit`, no `exec` and
 * no trap of its own keeps its status from being recorded.
 */
export const RECEIPT_SHELL = `set -C
{ printf '%s %s\\n' "$2" "$$" > "$1"; } 2>/dev/null || exit ${UNCLAIMED_CODE}
set +C
(eval "set -eu --; $3")
set -- "$1" "$?"
printf 'exit %s\\n' "$2" >> "$1"
exit "$2"`;

/** What the process that starts a run knows about it. `uptimeMs` counts from the machine's boot. */
export type RunStart = Readonly<{ nonce: string; boot: string; uptimeMs: number; wallMs: number }>;

export type Receipt =
  | Readonly<{ kind: "absent" }>
  /** A probe created it: this run can no longer start. */
  | Readonly<{ kind: "void" }>
  /** Created, and its first line is not there yet. */
  | Readonly<{ kind: "opening" }>
  | Readonly<{ kind: "damaged" }>
  | Readonly<{ kind: "started"; start: RunStart; leader: number }>
  | Readonly<{ kind: "ended"; leader: number; code: number; ms: number }>;

const FORMAT = "run1";
const VOID = "void\n";
const FIRST_LINE = /^run1 (\S+) (\S+) (\d+) (\d+) (\d+)$/;
const LAST_LINE = /^exit (\d{1,3})$/;

export function receiptWords(start: RunStart): string {
  return `${FORMAT} ${start.nonce} ${start.boot} ${start.uptimeMs} ${start.wallMs}`;
}

/** Takes the right to run away from a shell that has not started yet; false when it has started. */
export function voidReceipt(file: string): boolean {
  try {
    const handle = openSync(file, "wx", 0o600);
    writeSync(handle, VOID);
    closeSync(handle);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    // Without the folder no shell can create its receipt either.
    if (code === "ENOENT") return true;
    throw error;
  }
}

/** Throws only when the file system fails. */
export function readReceipt(file: string): Receipt {
  const text = readIfThere(file);
  if (text === null) return { kind: "absent" };
  if (text === VOID) return { kind: "void" };
  // A line counts once its newline is there.
  const lines = text.split("\n").slice(0, -1);
  if (lines[0] === undefined) return { kind: "opening" };
  const first = FIRST_LINE.exec(lines[0]);
  if (first === null) return { kind: "damaged" };
  const [nonce = "", boot = "", uptimeMs, wallMs, leader] = first.slice(1);
  const start = { nonce, boot, uptimeMs: Number(uptimeMs), wallMs: Number(wallMs) };
  const last = LAST_LINE.exec(lines[1] ?? "");
  if (last === null) return { kind: "started", start, leader: Number(leader) };
  // The file's own time says when the status was written: asking for it there costs a process.
  const ms = Math.max(0, Math.round(statSync(file).mtimeMs - start.wallMs));
  return { kind: "ended", leader: Number(leader), code: Number(last[1]), ms };
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
