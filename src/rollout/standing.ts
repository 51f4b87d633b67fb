import type { ChangeEvent } from "./events.ts";

/** What a change has left in its environment, whatever its attempts went through. */
export type Standing =
  /** Nothing: it touched nothing, or has put everything back. */
  | "nothing"
  /** It is part done, or part undone. */
  | "unfinished"
  /** Its version is there. */
  | "changed";

/** An attempt that touched nothing, or put everything back, leaves what the one before it has brought. */
export function standingOf(events: readonly ChangeEvent[]): Standing {
  for (const attempt of attemptsOf(events).reverse()) {
    const standing = standingOfAttempt(attempt);
    if (standing !== "nothing") return standing;
  }
  return "nothing";
}

function attemptsOf(events: readonly ChangeEvent[]): (readonly ChangeEvent[])[] {
  const starts = events.flatMap(({ kind }, at) => (kind === "attempt-started" ? [at] : []));
  return starts.map((start, i) => events.slice(start, starts[i + 1]));
}

/** A finished attempt may be taken up again, as by a rollback of one that has succeeded. */
function standingOfAttempt(attempt: readonly ChangeEvent[]): Standing {
  const end = attempt.findLastIndex(({ kind }) => kind === "finished");
  if (attempt.slice(end + 1).some(touches)) return "unfinished";
  const last = attempt[end];
  if (last?.kind !== "finished") return "nothing";
  switch (last.outcome) {
    case "rejected":
    case "rolled-back":
      return "nothing";
    case "succeeded":
    case "frozen":
      return "changed";
    default:
      return attempt.some(touches) ? "unfinished" : "nothing";
  }
}

/** A trigger that fires begins to undo what is there. */
function touches({ kind }: ChangeEvent): boolean {
  return kind === "step-started" || kind === "batch-opened" || kind === "trigger-fired";
}
