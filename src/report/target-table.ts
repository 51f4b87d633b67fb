import type { ChangeState, OnceList } from "../rollout/state.ts";
import type { Account, AccountedTarget, Accounting } from "./accounting.ts";
import type { Block } from "./fit.ts";
import { cell, codeCell, tableHead, tableRow } from "./markdown.ts";
import { stepNameOf } from "./naming.ts";
import { ROWS_RENDERED_MAX } from "./sections.ts";
import type { Timeline } from "./timeline.ts";
import type { UndoNote } from "./undo-ledger.ts";
import { countOf, formatCount, formatMs } from "./wording.ts";

const IMPORTANCE: readonly Account[] = ["failed", "unknown", "rolled-back", "updated"];
const UNDOS_SHOWN = 6;
const ONCE_LISTS: readonly OnceList[] = ["respond", "after", "switch", "before", "restore", "prepare"];

/** Every touched target, the troubled ones first, with what each undo gave. */
export function targetsBlock(state: ChangeState, accounting: Accounting, timeline: Timeline): Block {
  const { counts } = accounting;
  const touched = IMPORTANCE.reduce((sum, account) => sum + counts[account], 0);
  const once = ONCE_LISTS.flatMap((scope) => onceRow(state, scope, timeline));
  const rows = [...once, ...touchedRows(state, accounting, timeline)];
  const untouched = counts.untouched === 0 ? "" : `${countOf(counts.untouched, "target")} untouched.\n\n`;
  const columns = ["Target", "Batch", "State", "Version before", "What the undo gave", "Reason"];
  return {
    head: `## Targets\n\n${untouched}${rows.length === 0 ? "" : tableHead(columns)}`,
    rows,
    total: touched + once.length,
    noun: "targets",
    cut: "end",
  };
}

function touchedRows(state: ChangeState, accounting: Accounting, timeline: Timeline): string[] {
  const byAccount = new Map<Account, AccountedTarget[]>(IMPORTANCE.map((account) => [account, []]));
  for (const target of accounting.targets()) {
    const rows = byAccount.get(target.account);
    if (rows !== undefined && rows.length < ROWS_RENDERED_MAX) rows.push(target);
  }
  const ordered = [...byAccount.values()].flat().slice(0, ROWS_RENDERED_MAX);
  return ordered.map((target) => targetRow(state, target, timeline));
}

function targetRow(state: ChangeState, row: AccountedTarget, timeline: Timeline): string {
  const version = state.versions.get(row.name);
  const notes = timeline.undos.notes.get(row.name) ?? [];
  return tableRow([
    cell(row.name),
    row.batch === null ? "" : formatCount(row.batch + 1),
    row.account.replace("-", " "),
    version === undefined ? "" : codeCell(version, 60),
    describeNotes(state, "each", notes),
    cell(state.targets.get(row.name)?.reason ?? "", 200),
  ]);
}

function onceRow(state: ChangeState, scope: OnceList, timeline: Timeline): string[] {
  const notes = timeline.undos.notes.get(scope);
  const reason = state.rollback?.failed.get(scope);
  if (notes === undefined && reason === undefined) return [];
  const told = describeNotes(state, scope, notes ?? []);
  const account = reason === undefined ? ONCE_STATES[scope] : "failed";
  return [tableRow([`_once, ${scope}_`, "", account, "", told, cell(reason ?? "", 200)])];
}

const ONCE_STATES: Readonly<Record<OnceList, string>> = {
  respond: "responded",
  after: "rolled back",
  switch: "switched back",
  before: "rolled back",
  restore: "restored",
  prepare: "given back",
};

/** What is done on the way back, rather than undone, is told as such. */
function describeNotes(state: ChangeState, scope: OnceList | "each", notes: readonly UndoNote[]): string {
  const isDone = scope === "respond" || scope === "restore";
  const [did, failed] = isDone ? ["done", "**failed**"] : ["undone", "**not undone**"];
  const shown = notes.slice(-UNDOS_SHOWN).map(({ step, ms, failure }) => {
    const title = cell(stepNameOf({ scope, step }, state) ?? String(step + 1), 40);
    if (failure === null) return `${title} ${did}${ms === null ? "" : ` in ${formatMs(ms)}`}`;
    return `${title} ${failed}: ${codeCell(failure, 120)}`;
  });
  return shown.join("; ");
}
