import type { Backup } from "../plan/change.ts";
import type { BackupState, ChangeState } from "../rollout/state.ts";
import { cell, codeCell, plain, tableHead, tableRow } from "./markdown.ts";
import { formatAt, formatBytes, formatCount } from "./wording.ts";

const NAMES_SHOWN = 50;

/** Who approved exactly this, and who attested what. null where nothing was asked for. */
export function renderApproval({ change, approval }: ChangeState): string | null {
  if (approval === null) {
    return change.needsApproval ? "## Approval\n\nNot proven: the journal holds none of this digest." : null;
  }
  const proof =
    approval.proof === "github" ? "Proven by GitHub" : "**On somebody's word on a command line: not proven**";
  const rows = [
    ...approval.approvals.map(({ of, by }) => tableRow(["approval", cell(of), cell(names(by), 400)])),
    ...approval.attestations.map(({ name, role, by }) =>
      tableRow([`attested by ${cell(role)}`, cell(name), cell(by)]),
    ),
  ];
  const told = `${proof}, at ${formatAt(Date.parse(approval.at))}.`;
  const table = rows.length === 0 ? [] : [[tableHead(["", "Of", "By"]), ...rows].join("\n")];
  return ["## Approval", told, ...table].join("\n\n");
}

function names(by: readonly string[]): string {
  const shown = by.slice(0, NAMES_SHOWN).join(", ");
  return by.length > NAMES_SHOWN
    ? `${shown} and ${formatCount(by.length - NAMES_SHOWN)} more`
    : shown || "nobody";
}

/** Each backup with the hash that it was verified by, and whether it was put back. null without one. */
export function renderBackups(state: ChangeState): string | null {
  const { backups } = state.change;
  if (backups.length === 0) return null;
  const rows = backups.slice(0, NAMES_SHOWN).map((backup) => backupRow(state, backup));
  const columns = ["Backup", "State", "File", ">Size", "SHA-256", "Kept elsewhere", "Restored"];
  const told = renderConfirmed(state);
  return ["## Backups", [tableHead(columns), ...rows].join("\n"), ...told].join("\n\n");
}

function renderConfirmed({ progress }: ChangeState): string[] {
  const { confirmed } = progress;
  if (confirmed === null) return [];
  return [
    confirmed.ok
      ? `Confirmed once more before the first touch, at ${formatAt(Date.parse(confirmed.at))}.`
      : `**Not what was verified**: ${plain(confirmed.detail, 400)}`,
  ];
}

function backupRow(state: ChangeState, { name }: Backup): string {
  const made = state.progress.backups.get(name);
  const restored = restoreWords(state, name);
  if (made?.kind !== "made") {
    const file = made?.kind === "started" ? codeCell(made.file) : "";
    return tableRow([cell(name), backupWords(made), file, "", "", "", restored]);
  }
  const { file, bytes, sha256, kept } = made;
  const facts = [codeCell(file), formatBytes(bytes), codeCell(sha256), kept ? "yes" : "no"];
  return tableRow([cell(name), "verified", ...facts, restored]);
}

function backupWords(made: BackupState | undefined): string {
  if (made === undefined) return "not made";
  return made.kind === "failed" ? `failed: ${cell(made.detail, 200)}` : "being made";
}

export type RestoreStatus = "no" | "due" | "restored" | "failed";

/** Restores go one after the other, so that the first that is not done is the one that failed. */
export function restoreStatus({ restores, once, rollback }: ChangeState, name: string): RestoreStatus {
  const position = restores.indexOf(name);
  if (position < 0) return "no";
  if (position < once.restore.done) return "restored";
  return rollback?.failed.has("restore") ? "failed" : "due";
}

function restoreWords(state: ChangeState, name: string): string {
  const status = restoreStatus(state, name);
  return status === "failed" ? "**not restored**" : status === "restored" ? "**yes**" : status;
}
