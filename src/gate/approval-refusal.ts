/** Stable: runbooks link to them. docs/errors.md has a row for each. */
export type ApprovalCode =
  | "run-mismatch"
  | "ref-not-allowed"
  | "environment-missing"
  | "environment-unprotected"
  | "reviewers-unavailable"
  | "self-review-possible"
  | "bypass-possible"
  | "approval-missing"
  | "approval-elsewhere"
  | "approval-rejected"
  | "approvals-too-few"
  | "approver-not-allowed"
  | "approver-is-initiator"
  | "approver-re-ran"
  | "approver-is-author"
  | "approver-excluded"
  | "approver-not-a-person"
  | "approver-may-not-write"
  | "approver-unknown"
  | "author-unknown"
  | "membership-unknown"
  | "plan-not-in-pull-request"
  | "plan-changed-since"
  | "review-missing"
  | "review-outdated"
  | "review-dismissed"
  | "changes-requested"
  | "attestation-missing"
  | "security-approval-missing";

/** A gate that says no: what is wrong, and the setting to change. */
export type ApprovalRefusal = Readonly<{ ok: false; code: ApprovalCode; message: string; hint: string }>;

type Words = Readonly<{ message: string; hint: string }>;

export function refuse(code: ApprovalCode, { message, hint }: Words): ApprovalRefusal {
  return { ok: false, code, message, hint };
}

const NAMES_MAX = 10;

/** `a`, `b` and `c`; a long list is cut. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_MAX).map((name) => `\`${name}\``);
  if (names.length > NAMES_MAX) return `${shown.join(", ")} and ${names.length - NAMES_MAX} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
