import type { ApprovalRefusal } from "../gate/approval-refusal.ts";
import type { ApprovalProof } from "../gate/prove-approval.ts";
import type { Change } from "../plan/change.ts";
import { cell, code, plain, tableHead, tableRow } from "./markdown.ts";

/** What the gate has proven, for the job's summary. */
export function renderApproval(change: Change, { approvers, attestations, owed }: ApprovalProof): string {
  const rows = [
    ...approvers.map(({ login, by, where }) => [cell(login), cell(`approved (${by} ${where})`)]),
    ...attestations.map(({ name, role, by }) => [cell(by), cell(`confirms "${name}", for ${role}`)]),
  ];
  const due = owed.map(({ task }) => `- [ ] ${plain(task)}`);
  return [
    `## Approved: ${plain(change.title)}`,
    `${code(change.id)} in ${code(change.environment)}, digest ${code(change.digest)}.`,
    [tableHead(["who", "what"]), ...rows.map(tableRow)].join("\n"),
    ...(due.length === 0 ? [] : [["Owed afterwards:", "", ...due].join("\n")]),
    "",
  ].join("\n\n");
}

/** Why the gate stays closed, and what opens it. */
export function renderRefusal(change: Change, { message, hint }: ApprovalRefusal): string {
  return [
    `## Not approved: ${plain(change.title)}`,
    `${code(change.id)} in ${code(change.environment)}, digest ${code(change.digest)}. Nothing was touched.`,
    plain(message),
    plain(hint),
    "",
  ].join("\n\n");
}
