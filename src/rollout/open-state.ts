import type { Change } from "../plan/change.ts";
import { newLadder } from "./ladder.ts";
import type { BatchState, ChangeState } from "./state.ts";

/** The state before the first event. */
export function openState(change: Change): ChangeState {
  return {
    change,
    attempt: 0,
    holder: null,
    commit: null,
    startedMs: 0,
    lastMs: 0,
    runs: 0,
    versions: new Map(),
    unreadable: new Map(),
    surveyNext: 0,
    surveyOpen: 0,
    skipped: new Set(),
    before: newLadder(),
    after: newLadder(),
    batch: openBatch(change, 0),
    targets: new Map(),
    ready: new Set(),
    lost: [],
    settling: new Map(),
    unavailable: new Set(),
    watching: new Set(),
    failures: 0,
    lastFailure: null,
    inFlight: new Map(),
    inDoubt: new Map(),
    irreversible: new Map(),
    trigger: null,
    announcement: null,
    rollback: null,
    interrupted: null,
    outcome: null,
    issueUrl: null,
  };
}

export function openBatch(change: Change, index: number): BatchState {
  const left = change.rollout.batches[index]?.length ?? 0;
  return { index, opened: false, next: 0, left, bakeStartedMs: null, limitMs: null };
}
