import { type CheckPhase, type Decision, fire, only, record, reject, WAIT } from "./decide.ts";
import { climbOnce, isBusy } from "./decide-once.ts";
import { rejectUnreadable } from "./decide-survey.ts";
import { boundReason } from "./reasons.ts";
import { baselineChecks } from "./stages.ts";
import type { ChangeState } from "./state.ts";

/** Contacts first: whoever cannot be reached cannot help when a check goes wrong. */
export function decideChecks(state: ChangeState): Decision {
  const { change, progress } = state;
  const { refusal } = progress;
  if (refusal !== null) {
    const sample = refusal.measurements[0];
    const detail = sample === undefined ? "" : `: ${sample.target ?? ""} ${sample.detail}`;
    const what = refusal.phase === "contact" ? "emergency contact" : "preflight check";
    return only(reject(`${refusal.phase}-failed`, `${what} "${refusal.name}" did not pass${detail}`));
  }
  if (isBusy(state)) return WAIT;
  const contacts = change.team.contacts.filter(({ test }) => test !== null).length;
  const next: [CheckPhase, number] =
    progress.contacts < contacts ? ["contact", progress.contacts] : ["preflight", progress.preflight];
  return only({ kind: "ask-check", phase: next[0], index: next[1] });
}

/** People are told, and while they have time to act on it, what is normal is measured. */
export function decideNotice(state: ChangeState, nowMs: number): Decision {
  const hopeless = rejectUnreadable(state);
  if (hopeless !== null) return only(hopeless);
  const { change, progress, asked } = state;
  const missing = baselineChecks(state)
    .map(({ name }) => name)
    .filter((name) => !progress.baselines.has(name) && !asked.has(`baseline ${name}`));
  const notice = change.notify.beforeMs > 0 && progress.noticeMs === null && !asked.has("notice");
  const servedMs = progress.noticeMs === null ? null : progress.noticeMs + change.notify.beforeMs;
  return {
    actions: [
      ...(notice ? [{ kind: "give-notice" } as const] : []),
      ...missing.map((check) => ({ kind: "record-baseline", check }) as const),
    ],
    wakeAtMs: servedMs !== null && servedMs > nowMs ? servedMs : null,
  };
}

/** Each is made, hashed, verified and kept before the next, and all before anything is touched. */
export function decideBackups(state: ChangeState): Decision {
  const hopeless = rejectUnreadable(state);
  if (hopeless !== null) return only(hopeless);
  for (const { name } of state.change.backups) {
    const backup = state.progress.backups.get(name);
    if (backup?.kind === "failed") return only(reject("backup-failed", `backup "${name}": ${backup.detail}`));
    if (backup?.kind !== "made") {
      return isBusy(state) ? WAIT : only({ kind: "make-backup", backup: name });
    }
  }
  return WAIT;
}

/** Announce, restrict access, watch; then a last look at the backups. */
export function decidePreparation(state: ChangeState): Decision {
  const hopeless = rejectUnreadable(state);
  if (hopeless !== null) return only(hopeless);
  const prepared = climbOnce(state, "prepare");
  if (prepared.kind === "decision") return prepared.decision;
  if (prepared.kind === "failed") return only(fire("step-failure", prepared.reason));
  const { confirmed } = state.progress;
  if (confirmed === null && state.change.backups.length > 0) {
    return isBusy(state) ? WAIT : only({ kind: "confirm-backups" });
  }
  if (confirmed?.ok === false) return only(fire("backup", boundReason(confirmed.detail)));
  return only(record({ kind: "phase-reached", phase: "prepare" }));
}
