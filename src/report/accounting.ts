import { unreachable } from "../errors.ts";
import type { ChangeState, TargetState } from "../rollout/state.ts";

/** What each target is, exactly one of these at any moment; `unknown` is in flight, unproven or in doubt. */
export const ACCOUNTS = ["untouched", "updated", "rolled-back", "failed", "unknown"] as const;
export type Account = (typeof ACCOUNTS)[number];
export type AccountCounts = Readonly<Record<Account, number>>;

export type AccountedTarget = Readonly<{
  name: string;
  /** Position of its batch, from 0; null for what this change leaves alone, such as the live group. */
  batch: number | null;
  account: Account;
}>;

export type Accounting = Readonly<{
  counts: AccountCounts;
  /** Of each batch, in order. */
  batches: readonly AccountCounts[];
  /** Every target once, batch by batch. */
  targets(): Iterable<AccountedTarget>;
}>;

/** One pass over the targets. The same fold gives the exit code, the result and every report. */
export function accountTargets(state: ChangeState): Accounting {
  const counts = zeroCounts();
  const batches = state.batches.map((members) => {
    const batch = zeroCounts();
    for (const name of members) batch[accountOf(state, name)]++;
    for (const account of ACCOUNTS) counts[account] += batch[account];
    return batch;
  });
  for (const name of leftAlone(state)) counts[accountOf(state, name)]++;
  return { counts, batches, targets: () => walkTargets(state) };
}

export function accountOf(state: ChangeState, name: string): Account {
  const target = state.targets.get(name);
  if (target === undefined) return "untouched";
  if (state.inDoubt.has(name) || state.inFlight.has(name)) return "unknown";
  return accountStatus(target);
}

function accountStatus(target: TargetState): Account {
  switch (target.status) {
    case "updating":
      return target.ladder.dirty === 0 ? "untouched" : "unknown";
    case "settling":
    case "undoing":
    case "verifying":
      return "unknown";
    case "updated":
      return "updated";
    case "rolled-back":
      return "rolled-back";
    case "failed":
    case "rollback-failed":
      return "failed";
    default:
      return unreachable(target.status);
  }
}

function* walkTargets(state: ChangeState): Generator<AccountedTarget> {
  for (const [batch, members] of state.batches.entries()) {
    for (const name of members) yield { name, batch, account: accountOf(state, name) };
  }
  for (const name of leftAlone(state)) yield { name, batch: null, account: accountOf(state, name) };
}

/** Blue-green: the group that is live and is not changed. */
function leftAlone({ change, batches }: ChangeState): readonly string[] {
  if (change.rollout.blueGreen === null) return [];
  const changed = new Set(batches.flat());
  return change.rollout.blueGreen.groups.flatMap(({ targets }) =>
    targets.filter((name) => !changed.has(name)),
  );
}

function zeroCounts(): Record<Account, number> {
  return { untouched: 0, updated: 0, "rolled-back": 0, failed: 0, unknown: 0 };
}
