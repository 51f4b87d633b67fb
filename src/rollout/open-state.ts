import type { Change } from "../plan/change.ts";
import { newLadder } from "./ladder.ts";
import type { BatchState, ChangeState, OnceList, Progress } from "./state.ts";

/** The state before the first event. */
export function openState(change: Change): ChangeState {
  const { batches } = change.rollout;
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
    batches,
    activeGroup: null,
    activeUnknown: null,
    progress: openProgress(),
    spent: { stage: "gate", sinceMs: 0, ms: new Map(), passed: new Set() },
    approval: null,
    hasTouched: false,
    once: openLists(),
    responses: [],
    restores: [],
    batch: openBatch(batches, 0),
    targets: new Map(),
    ready: new Set(),
    lost: [],
    settling: new Map(),
    unavailable: new Set(),
    watching: new Set(),
    service: { verdict: "unknown", measurements: [], epoch: 0, sinceMs: 0 },
    breaches: new Map(),
    pause: null,
    order: null,
    commandIds: new Set(),
    warnings: [],
    fired: new Set(),
    failures: 0,
    lastFailure: null,
    asked: new Set(),
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

export function openBatch(batches: ChangeState["batches"], index: number): BatchState {
  const left = batches[index]?.length ?? 0;
  return { index, opened: false, next: 0, left, bakeStartedMs: null, limitMs: null };
}

function openProgress(): Progress {
  return {
    gatePassed: false,
    requirements: 0,
    unmet: null,
    awaited: null,
    contacts: 0,
    preflight: 0,
    verified: 0,
    refusal: null,
    noticeMs: null,
    baselines: new Map(),
    backups: new Map(),
    confirmed: null,
    reached: new Set(),
    unresumed: null,
  };
}

function openLists(): Record<OnceList, ReturnType<typeof newLadder>> {
  return {
    before: newLadder(),
    after: newLadder(),
    switch: newLadder(),
    prepare: newLadder(),
    respond: newLadder(),
    restore: newLadder(),
  };
}
