import type { Step } from "../plan/change.ts";
import type { ChangeState } from "../rollout/state.ts";
import type { Account, AccountedTarget, Accounting } from "./accounting.ts";
import type { Block } from "./fit.ts";
import { cell, codeCell, tableHead, tableRow } from "./markdown.ts";
import { ROWS_RENDERED_MAX } from "./sections.ts";
import type { Timeline } from "./timeline.ts";
import type { UndoNote } from "./undo-ledger.ts";
import { countOf, formatCount, formatMs } from "./wording.ts";

const IMPORTANCE: readonly Account[] = ["failed", "unknown", "rolled-back", "updated"];
const UNDOS_SHOWN = 6;

/** Every touched target, the troubled ones first, with what each undo gave. */
export function targetsBlock(state: ChangeState, accounting: Accounting, timeline: Timeline): Block {
  const { counts } = accounting;
  const touched = IMPORTANCE.reduce((sum, account) => sum + counts[account], 0);
  const once = (["after", "before"] as const).flatMap((scope) => onceRow(state, scope, timeline));
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
    formatCount(row.batch + 1),
    row.account.replace("-", " "),
    version === undefined ? "" : codeCell(version, 60),
    describeUndos(notes, state.change.apply.each),
    cell(state.targets.get(row.name)?.reason ?? "", 200),
  ]);
}

function onceRow(state: ChangeState, scope: "before" | "after", timeline: Timeline): string[] {
  const notes = timeline.undos.notes.get(scope);
  const reason = state.rollback?.failed.get(scope);
  if (notes === undefined && reason === undefined) return [];
  const account = reason === undefined ? "rolled back" : "failed";
  const undos = describeUndos(notes ?? [], state.change.apply[scope]);
  return [tableRow([`_once, ${scope}_`, "", account, "", undos, cell(reason ?? "", 200)])];
}

function describeUndos(notes: readonly UndoNote[], steps: readonly Step[]): string {
  const shown = notes.slice(-UNDOS_SHOWN).map(({ step, ms, failure }) => {
    const title = cell(steps[step]?.name ?? String(step + 1), 40);
    if (failure === null) return `${title} undone${ms === null ? "" : ` in ${formatMs(ms)}`}`;
    return `${title} **not undone**: ${codeCell(failure, 120)}`;
  });
  return shown.join("; ");
}
