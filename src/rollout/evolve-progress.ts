import type { EventOf } from "./events.ts";
import { climbFinished, newLadder } from "./ladder.ts";
import { openBatch } from "./open-state.ts";
import type { ChangeState } from "./state.ts";

export function approve(state: ChangeState, event: EventOf<"approved">): void {
  if (event.digest === state.change.digest) state.approval = event;
}

export function awaitWindow({ progress }: ChangeState, event: EventOf<"window-awaited">): void {
  progress.awaited = { sinceMs: Date.parse(event.at), untilMs: Date.parse(event.until) };
}

export function passGate({ progress }: ChangeState): void {
  progress.gatePassed = true;
  progress.awaited = null;
}

export function giveNotice({ progress, asked }: ChangeState, { at }: EventOf<"notice-given">): void {
  asked.delete("notice");
  progress.noticeMs ??= Date.parse(at);
}

export function recordBaseline(state: ChangeState, event: EventOf<"baseline-recorded">): void {
  state.asked.delete(`baseline ${event.check}`);
  state.progress.baselines.set(event.check, event.value);
}

export function confirmBackups(state: ChangeState, event: EventOf<"backups-confirmed">): void {
  state.asked.delete("confirm");
  state.progress.confirmed = event;
}

export function checkRequirement(state: ChangeState, event: EventOf<"requirement-checked">): void {
  state.asked.delete("requirement");
  if (event.met) state.progress.requirements++;
  else state.progress.unmet ??= event.detail;
}

const COUNTERS = { contact: "contacts", preflight: "preflight", verify: "verified" } as const;

export function checkAsked(state: ChangeState, event: EventOf<"check-asked">): void {
  const { progress } = state;
  state.asked.delete("check");
  if (event.passed) progress[COUNTERS[event.phase]] = event.check + 1;
  else progress.refusal ??= event;
}

export function startBackup(state: ChangeState, { backup, file }: EventOf<"backup-started">): void {
  state.progress.backups.set(backup, { kind: "started", file });
  state.asked.add("backup");
}

export function endBackup(state: ChangeState, event: EventOf<"backup-made" | "backup-failed">): void {
  state.asked.delete("backup");
  const { backups } = state.progress;
  if (event.kind === "backup-failed") {
    backups.set(event.backup, { kind: "failed", detail: event.detail });
    return;
  }
  const { file, sha256, bytes, kept } = event;
  backups.set(event.backup, { kind: "made", file, sha256, bytes, kept });
}

/** At the start it says which group is changed; after a switch that was cut off, what became of it. */
export function observeActive(state: ChangeState, event: EventOf<"active-observed">): void {
  const { blueGreen } = state.change.rollout;
  state.asked.delete("active");
  if (blueGreen === null) return;
  const idle = blueGreen.groups.find(({ name }) => name !== (state.activeGroup ?? event.group));
  if (event.group === null || !blueGreen.groups.some(({ name }) => name === event.group)) {
    state.activeUnknown = event.detail;
  } else if (state.activeGroup === null) {
    state.activeGroup = event.group;
    state.batches = [idle?.targets ?? []];
    state.batch = openBatch(state.batches, 0);
  } else if (event.group === idle?.name) {
    climbFinished(state.once.switch, {
      scope: "switch",
      step: 0,
      target: null,
      direction: "do",
      run: state.runs,
    });
  } else {
    state.once.switch = { ...newLadder(), cuts: state.once.switch.cuts };
  }
}
