import type { ChangeEvent, EventOf } from "./events.ts";

/** An attempt of a change that has left something in its environment: the events from `start` up to `end`. */
export type Standing = Readonly<{
  /** Part done or part undone; at its end; or at a point from which it can neither go on nor back. */
  kind: "unfinished" | "changed" | "frozen";
  start: number;
  end: number;
}>;

/**
 * The newest first; none where the change has touched nothing, or put everything back. An attempt leaves what
 * the one before it has brought, wherever it has other targets.
 */
export function* listStandings(events: readonly ChangeEvent[]): Generator<Standing> {
  const starts = events.flatMap(({ kind }, at) => (kind === "attempt-started" ? [at] : []));
  let end = events.length;
  for (const start of starts.reverse()) {
    const kind = standingOf(events.slice(start, end));
    if (kind !== null) yield { kind, start, end };
    end = start;
  }
}

/** An attempt begins with its start, and once more where it looks at everything anew to go on. */
export function isBeginning(event: ChangeEvent): event is EventOf<"attempt-started" | "resumed"> {
  return event.kind === "attempt-started" || (event.kind === "resumed" && event.anew === "goes-on");
}

/** What may leave something behind, and keeps others out. A trigger begins to undo what is there. */
export function touches({ kind }: ChangeEvent): boolean {
  return kind === "step-started" || kind === "batch-opened" || kind === "trigger-fired";
}

/** A finished attempt may be taken up again, as by a rollback of one that has succeeded. */
function standingOf(attempt: readonly ChangeEvent[]): Standing["kind"] | null {
  const end = attempt.findLastIndex(({ kind }) => kind === "finished");
  if (attempt.slice(end + 1).some(touches)) return "unfinished";
  const last = attempt[end];
  if (last?.kind !== "finished") return null;
  switch (last.outcome) {
    case "rejected":
    case "rolled-back":
      return null;
    case "succeeded":
      return "changed";
    case "frozen":
      return "frozen";
    default:
      return attempt.some(touches) ? "unfinished" : null;
  }
}
