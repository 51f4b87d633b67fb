import { ACCOUNTS, type Account, type AccountedTarget, type Accounting } from "./accounting.ts";

/** The first rows by importance, each kind in the plan's order. */
export function takeTargets(accounting: Accounting, rowsMax: number): Taken<AccountedTarget> {
  const { counts } = accounting;
  const total = ACCOUNTS.reduce((sum, account) => sum + counts[account], 0);
  if (total <= rowsMax) return { rows: [...accounting.targets()], left: 0 };
  const room = shareRows(counts, rowsMax);
  const rows: AccountedTarget[] = [];
  for (const row of accounting.targets()) if (room[row.account]-- > 0) rows.push(row);
  return { rows, left: total - rows.length };
}

export type Taken<T> = Readonly<{ rows: T[]; left: number }>;

const IMPORTANCE: readonly Account[] = ["failed", "unknown", "rolled-back", "updated", "untouched"];

function shareRows(counts: Readonly<Record<Account, number>>, rowsMax: number): Record<Account, number> {
  const room = { untouched: 0, updated: 0, "rolled-back": 0, failed: 0, unknown: 0 };
  let left = rowsMax;
  for (const account of IMPORTANCE) {
    room[account] = Math.min(left, counts[account]);
    left -= room[account];
  }
  return room;
}

export function take<T>(source: Iterable<T>, rowsMax: number): Taken<T> {
  const rows: T[] = [];
  let left = 0;
  for (const row of source) {
    if (rows.length < rowsMax) rows.push(row);
    else left++;
  }
  return { rows, left };
}
