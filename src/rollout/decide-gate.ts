import { nextOpening, remainingMs } from "../gate/windows.ts";
import type { ScheduleRules } from "../plan/change.ts";
import { printSpan } from "../plan/units.ts";
import { type Decision, fire, hold, only, record, reject, WAIT } from "./decide.ts";
import { isUntouchedChange } from "./stages.ts";
import type { ChangeState } from "./state.ts";

/** Approved, inside a window, and proven elsewhere: each must say yes, and what is missing says no. */
export function decideGate(state: ChangeState, nowMs: number): Decision {
  const { change, approval, progress } = state;
  if (change.needsApproval && approval === null) {
    return only(
      reject("not-approved", "the journal holds no approval of exactly this plan, version and commit"),
    );
  }
  // Hours of backups for a window that is too short for the first batch would help nobody.
  const window = lookAtWindow(state, neededMs(state), nowMs);
  if (window.kind === "wait") return awaitWindow(state, window.untilMs);
  if (window.kind === "closed") return only(reject("window-closed", window.why));
  if (progress.unmet !== null) return only(reject("requirement-unmet", progress.unmet));
  if (progress.requirements < change.requires.length) {
    if (state.asked.has("requirement")) return WAIT;
    return only({ kind: "check-requirement", index: progress.requirements });
  }
  const approved = approval === null ? "" : "approved; ";
  return only(record({ kind: "gate-passed", detail: `${approved}${window.why}` }));
}

type WindowLook =
  | Readonly<{ kind: "open"; why: string }>
  | Readonly<{ kind: "wait"; untilMs: number }>
  | Readonly<{ kind: "closed"; why: string }>;

/**
 * Whether something that takes so long may start now: inside a window, with what it needs still fitting.
 * Where it does not, the next opening, if the plan waits for it.
 */
function lookAtWindow(state: ChangeState, neededMs: number, nowMs: number): WindowLook {
  const { schedule, type } = state.change;
  if (schedule === null) return { kind: "open", why: "no window is set" };
  if (type === "emergency") return { kind: "open", why: "an emergency may run outside of every window" };
  const leftMs = remainingMs(schedule, nowMs);
  const isOpen = leftMs > 0 && leftMs >= neededMs;
  if (isOpen) {
    const left = leftMs === Number.POSITIVE_INFINITY ? "" : ` for another ${printSpan(leftMs)}`;
    return { kind: "open", why: `the window is open${left}` };
  }
  const untilMs = nextChance(schedule, leftMs, nowMs);
  const limitMs = (state.progress.awaited?.sinceMs ?? nowMs) + schedule.waitLimitMs;
  if (schedule.outside === "wait" && untilMs !== null && untilMs <= limitMs) return { kind: "wait", untilMs };
  return { kind: "closed", why: closedWords(leftMs, neededMs, untilMs) };
}

/** The opening after the one at hand, which is too short. */
function nextChance(schedule: ScheduleRules, leftMs: number, nowMs: number): number | null {
  return nextOpening(schedule, nowMs + leftMs, HORIZON_MS);
}

const HORIZON_MS = 366 * 86_400_000;

function closedWords(leftMs: number, neededMs: number, untilMs: number | null): string {
  const next =
    untilMs === null ? "none opens within a year" : `the next opens at ${new Date(untilMs).toISOString()}`;
  if (leftMs === 0) return `the window is closed; ${next}`;
  return `the window stays open for ${printSpan(leftMs)}, and the next batch with a full rollback may take ${printSpan(neededMs)}; ${next}`;
}

/** The batch at hand, and a full rollback, at worst. */
function neededMs({ change, batches, batch }: ChangeState): number {
  const { batchWorstMs = {}, rollbackWorstMs = 0 } = change.schedule ?? {};
  return (batchWorstMs[String(batches[batch.index]?.length)] ?? 0) + rollbackWorstMs;
}

/** Not before the batch at hand and a full rollback still fit into what is left of the window. null: they do. */
export function decideWindow(state: ChangeState, nowMs: number): Decision | null {
  const window = lookAtWindow(state, neededMs(state), nowMs);
  if (window.kind === "open") return null;
  if (window.kind === "wait") return awaitWindow(state, window.untilMs);
  if (isUntouchedChange(state) && state.once.prepare.dirty === 0)
    return only(reject("window-closed", window.why));
  if (state.change.schedule?.atEnd === "rollback") return only(fire("window", window.why));
  return only(hold("window-closed", window.why));
}

/** Said once; a wait never lasts longer than the plan's limit, counted from its beginning. */
function awaitWindow(state: ChangeState, untilMs: number): Decision {
  if (state.progress.awaited?.untilMs === untilMs) return { actions: [], wakeAtMs: untilMs };
  return only(record({ kind: "window-awaited", until: new Date(untilMs).toISOString() }));
}
