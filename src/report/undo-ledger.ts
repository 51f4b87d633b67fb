import type { ChangeEvent, EventOf } from "../rollout/events.ts";
import { shorten } from "./clean.ts";

/** Enough for any report that people read; the journal has them all. */
const OWNERS_MAX = 2_000;
/** Owners whose undo failed find room beyond that. */
const FAILED_OWNERS_MAX = 4_000;
const NOTES_PER_OWNER_MAX = 30;
const DETAIL_POINTS_MAX = 200;

export type UndoNote = Readonly<{
  step: number;
  ms: number | null;
  /** null: it succeeded. */
  failure: string | null;
}>;

/** What each undo, response and restore of the newest attempt gave, by owner: a target's name, or the scope of a once-step. */
export type UndoLedger = { readonly notes: Map<string, UndoNote[]>; leftOut: number };

export function openUndoLedger(): UndoLedger {
  return { notes: new Map(), leftOut: 0 };
}

export function recordUndo(ledger: UndoLedger, event: ChangeEvent): void {
  switch (event.kind) {
    case "step-finished":
      return note(ledger, event, { step: event.step, ms: event.ms, failure: null });
    case "step-failed":
      return note(ledger, event, { step: event.step, ms: event.ms, failure: bound(event.detail) });
    case "step-interrupted":
      return note(ledger, event, { step: event.step, ms: null, failure: bound(event.detail) });
  }
}

type UndoEvent = EventOf<"step-finished" | "step-failed" | "step-interrupted">;

function note(ledger: UndoLedger, event: UndoEvent, entry: UndoNote): void {
  if (!isWayBack(event)) return;
  const owner = event.target ?? event.scope;
  const known = ledger.notes.get(owner);
  if (known !== undefined) {
    // The last word counts: a further try of the same step replaces the one before.
    if (known.at(-1)?.step === entry.step) known.pop();
    if (known.length < NOTES_PER_OWNER_MAX) known.push(entry);
    return;
  }
  const roomMax = entry.failure === null ? OWNERS_MAX : FAILED_OWNERS_MAX;
  if (ledger.notes.size < roomMax) ledger.notes.set(owner, [entry]);
  else ledger.leftOut++;
}

/** What a trigger runs at once and what is restored is no undo, and yet part of the way back. */
function isWayBack({ direction, scope }: UndoEvent): boolean {
  return direction === "undo" || scope === "respond" || scope === "restore";
}

function bound(detail: string): string {
  return shorten(detail, DETAIL_POINTS_MAX);
}
