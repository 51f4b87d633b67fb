import type { PlanIssue } from "./issue.ts";
import { PLAN_BYTES_MAX } from "./yaml/limits.ts";
import { tooLarge } from "./yaml/text-fault.ts";

export type DecodeResult = { ok: true; text: string } | { ok: false; issues: PlanIssue[] };

/** The bytes of a plan file as text. Bytes that are no UTF-8 are refused, never replaced. */
export function decodePlan(bytes: Uint8Array): DecodeResult {
  if (bytes.length > PLAN_BYTES_MAX) return { ok: false, issues: [issueAt("", tooLarge())] };
  const text = decodePrefix(bytes, bytes.length, false);
  if (text === null) return { ok: false, issues: [invalidUtf8(bytes)] };
  // Its columns would be off by one wherever the first line is shown.
  return { ok: true, text: text.replace(/^\uFEFF/, "") };
}

function invalidUtf8(bytes: Uint8Array): PlanIssue {
  const before = decodePrefix(bytes, longestValidPrefix(bytes), true) ?? "";
  return issueAt(before, {
    code: "invalid-text",
    message: "From here on the file is not UTF-8.",
    hint: "Save it as UTF-8; a plan is text, so look whether this is the right file.",
  });
}

/** Halves the range, because asking for each length in turn would take minutes. */
function longestValidPrefix(bytes: Uint8Array): number {
  let valid = 0;
  let broken = bytes.length + 1;
  while (broken - valid > 1) {
    const middle = Math.floor((valid + broken) / 2);
    if (decodePrefix(bytes, middle, true) === null) broken = middle;
    else valid = middle;
  }
  return valid;
}

/** null for what is not UTF-8. With `cut` the last character may be incomplete. */
function decodePrefix(bytes: Uint8Array, length: number, cut: boolean): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length), {
      stream: cut,
    });
  } catch {
    return null;
  }
}

function issueAt(before: string, found: Pick<PlanIssue, "code" | "message" | "hint">): PlanIssue {
  const { code, message, hint } = found;
  const lines = before.replace(/^\uFEFF/, "").split("\n");
  const column = (lines.at(-1) ?? "").length + 1;
  return { code, severity: "error", path: "", line: lines.length, column, message, hint };
}
