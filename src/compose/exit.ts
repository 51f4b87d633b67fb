import { ChangeError, type ErrorCode } from "../errors.ts";
import { exitCode } from "../report/exit-code.ts";
import { isUntouchedChange } from "../rollout/stages.ts";
import type { SessionEnd } from "./session.ts";

/** What is wrong with the request itself: nothing was even tried. */
const USAGE: ReadonlySet<ErrorCode> = new Set([
  "INPUT_INVALID",
  "PLAN_UNREADABLE",
  "PLAN_INVALID",
  "PLAN_UNSUPPORTED",
  "CHANGE_UNKNOWN",
  "GIT_MISSING",
  "REPOSITORY_MISSING",
]);
const REJECTED = 2;
const INTERRUPTED = 5;

/** Of an error before anything was touched: the request was wrong, or a gate (the lease, the journal) said no. */
export function exitCodeOfError(error: unknown): number {
  return error instanceof ChangeError && !USAGE.has(error.code) ? REJECTED : 1;
}

/** Of a session: its outcome; without one it was interrupted, if only by a journal that went away. */
export function exitCodeOfEnd({ state, failure }: SessionEnd): number {
  if (state.outcome !== null) return exitCode(state.outcome.outcome);
  const untouched = failure !== null && isUntouchedChange(state);
  return untouched ? REJECTED : INTERRUPTED;
}

/** `CODE: message` and the hint, as people are shown an error; a bug keeps its stack. */
export function describeError(error: unknown): { code: string; message: string; hint: string | null } {
  if (error instanceof ChangeError) {
    return { code: error.code, message: error.message, hint: error.hint ?? null };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: "BUG", message, hint: "This is a defect in change-deploy: please report it." };
}
