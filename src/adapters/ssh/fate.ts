import type { ReceiptAnswer } from "../../ports.ts";

/** What a target's receipt says of a run. */
export type Fate =
  | Extract<ReceiptAnswer, { kind: "finished" | "unstarted" }>
  /** Still alive when its time was over: it was ended. */
  | Readonly<{ kind: "timed-out" }>
  | Readonly<{ kind: "interrupted"; detail: string }>
  /** The target could not be asked: the run may be alive. */
  | Readonly<{ kind: "unknown"; detail: string }>;

const DETAILS: Readonly<Record<string, string>> = {
  absent: "the target keeps no receipts from that time: it was restarted, or they were removed",
  opening: "it died while it was being started, or its receipt could not be written",
  rebooted: "the target was restarted while it ran",
  gone: "it is gone, and left no status",
  left: "its time was over, and it could not be ended: another user's?",
};

/** The last word of a probe, see PROBE_SHELL. */
export function readFate([word = "", ...words]: readonly string[]): Fate {
  if (word === "unstarted") return { kind: "unstarted" };
  if (word === "timeout") return { kind: "timed-out" };
  if (word !== "ended") return { kind: "interrupted", detail: DETAILS[word] ?? "its receipt is damaged" };
  const [start, code, end] = words.map(Number);
  if (code === undefined || !Number.isInteger(code)) {
    return { kind: "interrupted", detail: "its receipt is damaged" };
  }
  const ms = Math.round(((end ?? 0) - (start ?? 0)) * 1_000);
  return { kind: "finished", code, ms: Number.isFinite(ms) && ms > 0 ? ms : 0 };
}

export function answerOf(fate: Fate): ReceiptAnswer {
  switch (fate.kind) {
    case "timed-out":
      return { kind: "interrupted", detail: "its time was over: it was ended" };
    case "unknown":
      return { kind: "interrupted", detail: fate.detail };
    default:
      return fate;
  }
}
