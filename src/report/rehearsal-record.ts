import type { ChangeEvent } from "../rollout/events.ts";
import type { ChangeState } from "../rollout/state.ts";
import { eventLevel } from "./event-level.ts";
import { outcomeOf } from "./phase.ts";

/** Events of single targets that a document holds; all others stand in it, however many. */
const DETAILS_MAX = 20_000;

export type Undone = Readonly<{
  /** null: a step that runs once. */
  target: string | null;
  list: string;
  step: string;
  atMs: number;
  ok: boolean;
}>;

export type RehearsalFigures = Readonly<{
  worstUnavailable: number;
  virtualMs: number;
  startMs: number;
  exitCode: number;
}>;

type Batch = { targets: number; openedMs: number; passedMs: number | null };
type Timed = Readonly<{ atMs: number }> & Omit<ChangeEvent, "at">;

/** What a rehearsal is remembered by. `keepsTimeline`: for a document that a machine reads. */
export function openRehearsalRecord({ keepsTimeline }: Readonly<{ keepsTimeline: boolean }>) {
  return new RehearsalRecord(keepsTimeline);
}

class RehearsalRecord {
  readonly #keepsTimeline: boolean;
  readonly #timeline: Timed[] = [];
  readonly #batches = new Map<number, Batch>();
  readonly undone: Undone[] = [];
  #details = 0;
  #leftOut = 0;

  constructor(keepsTimeline: boolean) {
    this.#keepsTimeline = keepsTimeline;
  }

  add(event: ChangeEvent, state: ChangeState, atMs: number): void {
    if (this.#keepsTimeline) this.#keep(event, atMs);
    if (event.kind === "batch-opened" && !this.#batches.has(event.batch)) {
      this.#batches.set(event.batch, { targets: event.targets.length, openedMs: atMs, passedMs: null });
    }
    const batch = event.kind === "batch-passed" ? this.#batches.get(event.batch) : undefined;
    if (batch !== undefined) batch.passedMs = atMs;
    if ((event.kind === "step-finished" || event.kind === "step-failed") && event.direction === "undo") {
      const { target, scope: list } = event;
      const step = stepName(event, state);
      this.undone.push({ target, list, step, atMs, ok: event.kind === "step-finished" });
    }
  }

  toDocument(state: ChangeState, { worstUnavailable, virtualMs, startMs, exitCode }: RehearsalFigures) {
    const { change, outcome } = state;
    return {
      rehearsal: 1,
      change: change.id,
      environment: change.environment,
      version: change.version,
      digest: change.digest,
      startAt: new Date(startMs).toISOString(),
      outcome: outcomeOf(state),
      reasonCode: outcome?.reasonCode ?? null,
      reason: outcome?.reason ?? null,
      exitCode,
      virtualMs,
      worstUnavailable,
      batches: [...this.#batches].map(([batch, figures]) => ({ batch, ...figures })),
      undone: this.undone,
      timeline: this.#timeline,
      timelineLeftOut: this.#leftOut,
    };
  }

  #keep(event: ChangeEvent, atMs: number): void {
    if (eventLevel(event) === "detail" && ++this.#details > DETAILS_MAX) {
      this.#leftOut++;
      return;
    }
    const { at: _, ...fact } = event;
    this.#timeline.push({ atMs, ...fact });
  }
}

type StepEvent = Extract<ChangeEvent, { kind: "step-finished" | "step-failed" }>;

function stepName({ scope, step }: StepEvent, { change, responses }: ChangeState): string {
  if (scope === "switch") return change.rollout.blueGreen?.switch.name ?? scope;
  if (scope === "prepare") return change.prepare[step]?.name ?? scope;
  if (scope === "respond") return responses[step]?.name ?? scope;
  if (scope === "restore") return scope;
  return change.apply[scope][step]?.name ?? scope;
}
