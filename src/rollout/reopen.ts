import type { ErrorCode } from "../errors.ts";
import type { Fact } from "./decide.ts";
import { boundReason } from "./reasons.ts";
import type { ChangeState } from "./state.ts";

/**
 * What a person or a job asks for: `run` names a plan, the others only the change. `where` is the asking
 * run on GitHub; null elsewhere, where nothing tells one process from a later one for sure. `flags` name the
 * environment and its journal on a command line.
 */
export type Wish = Readonly<{ by: string; where: string | null; flags: string }> &
  Readonly<
    | { kind: "run"; digest: string }
    | { kind: "resume" }
    | { kind: "rollback"; repaired?: boolean; restore?: readonly string[] }
  >;

export type Opening =
  /** A new attempt, from the first batch. */
  | Readonly<{ kind: "start" }>
  /** Go on with the recorded plan; `facts` are recorded after `resumed`. */
  | Readonly<{ kind: "continue"; facts: readonly Fact[] }>
  /** The change is where the wish wants it. */
  | Readonly<{ kind: "nothing"; why: string }>
  | Readonly<{ kind: "refused"; code: ErrorCode; why: string; hint: string }>;

const CONTINUE: Opening = { kind: "continue", facts: [] };

/**
 * What a re-run does is read off the journal, never guessed. `recorded` is the fold of the change's
 * journal; null when there is none.
 */
export function planOpening(
  recorded: Readonly<{ state: ChangeState; digest: string }> | null,
  wish: Wish,
): Opening {
  if (recorded === null) return wish.kind === "run" ? { kind: "start" } : unknown();
  if (wish.kind === "rollback") return openRollback(recorded.state, wish);
  const { state } = recorded;
  const outcome = state.outcome?.outcome ?? "interrupted";
  const isOther = wish.kind === "run" && wish.digest !== recorded.digest;
  switch (outcome) {
    case "succeeded":
      return isOther ? { kind: "start" } : { kind: "nothing", why: "It has succeeded already." };
    case "rolled-back":
    case "rejected":
      return wish.kind === "run" ? { kind: "start" } : notResumable(outcome);
    case "frozen":
      return frozen();
    case "rollback-incomplete":
      return isOther ? mismatch(state, "its rollback is incomplete", wish.flags) : retry({ by: wish.by });
    default:
      return isOther ? mismatch(state, "it is not finished", wish.flags) : CONTINUE;
  }
}

type RollbackWish = Extract<Wish, { kind: "rollback" }>;

function openRollback(state: ChangeState, wish: RollbackWish): Opening {
  const { by, where, repaired = false, restore = [] } = wish;
  const outcome = state.outcome?.outcome;
  const unknown = restore.find((name) => state.progress.backups.get(name)?.kind !== "made");
  if (unknown !== undefined) return noBackup(unknown);
  if (repaired && outcome !== "rollback-incomplete") return nothingLeft();
  if (outcome === "succeeded" && where !== null && state.holder?.where === where) {
    // A rescue job that starts because the deploying job died after the change had succeeded.
    return { kind: "nothing", why: "It has succeeded in this very run: there is nothing to rescue." };
  }
  if (outcome === "rejected") return { kind: "nothing", why: "It was rejected: nothing was touched." };
  if (outcome === "rolled-back" && restore.length === 0) {
    return { kind: "nothing", why: "It is rolled back already." };
  }
  if (outcome === "frozen" && restore.length === 0) return frozen();
  const ordered: readonly Fact[] = restore.length > 0 ? [order(by, restore)] : [];
  if (outcome === "rollback-incomplete") return retry({ by, repaired, ordered });
  if (state.rollback !== null) return { kind: "continue", facts: ordered };
  return { kind: "continue", facts: [order(by, restore)] };
}

/** By hand: a trigger like any other, with a name behind it. */
function order(by: string, restore: readonly string[]): Fact {
  const what = restore.length === 0 ? "" : `, restoring ${restore.join(", ")}`;
  const reason = boundReason(`rolled back by hand, by ${by}${what}`);
  const fact = { kind: "trigger-fired", trigger: "manual", severity: "critical", reason, by } as const;
  return { ...fact, measurements: [], ...(restore.length === 0 ? {} : { restore: [...restore] }) };
}

function noBackup(name: string): Opening {
  return {
    kind: "refused",
    code: "CHANGE_STATE",
    why: `This attempt has made no backup named ${JSON.stringify(name)}.`,
    hint: "See `change-deploy report` for the backups that it has made.",
  };
}

type Retry = Readonly<{ by: string; repaired?: boolean; ordered?: readonly Fact[] }>;

function retry({ by, repaired = false, ordered = [] }: Retry): Opening {
  const fact = { kind: "rollback-retried", by } as const;
  return { kind: "continue", facts: [repaired ? { ...fact, repaired } : fact, ...ordered] };
}

function nothingLeft(): Opening {
  return {
    kind: "refused",
    code: "CHANGE_STATE",
    why: "No rollback of this change has left anything to be done by hand.",
    hint: "Leave `--repaired` out.",
  };
}

function unknown(): Opening {
  const hint =
    "See `change-deploy status` for the changes of this environment, and check --environment and --journal.";
  return { kind: "refused", code: "CHANGE_UNKNOWN", why: "There is no journal of this change.", hint };
}

function mismatch({ change }: ChangeState, because: string, flags: string): Opening {
  const which = `${change.id} ${flags}`;
  return {
    kind: "refused",
    code: "CHANGE_MISMATCH",
    why: `The plan, the version, the targets or the commit differ from what this change was started with, and ${because}.`,
    hint: `Finish it first, with what was recorded: \`change-deploy resume ${which}\` or \`change-deploy rollback ${which}\`.`,
  };
}

function notResumable(outcome: string): Opening {
  const hint = "Start a new attempt with `change-deploy run`.";
  return {
    kind: "refused",
    code: "CHANGE_STATE",
    why: `The change is ${outcome}: there is nothing to resume.`,
    hint,
  };
}

function frozen(): Opening {
  return {
    kind: "refused",
    code: "CHANGE_STATE",
    why: "The change is frozen: an irreversible step has run, so it can neither go on nor back by itself.",
    hint: "Put things right by hand as the issue says, then start a change with an id of its own.",
  };
}
