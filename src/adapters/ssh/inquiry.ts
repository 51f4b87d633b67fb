import { randomUUID } from "node:crypto";
import type { Target } from "../../plan/change.ts";
import type { CommandCall } from "../../ports.ts";
import type { Limit } from "../wait-limit.ts";
import { describeFailure } from "./describe-failure.ts";
import { type Fate, readFate } from "./fate.ts";
import type { Links } from "./links.ts";
import { type Authority, probeProgram } from "./programs.ts";
import { openSession } from "./session.ts";
import { type Patience, pause, within } from "./within.ts";

const REACH_MS_MAX = 30_000;
const RETRY_MS = 1_000;
/** Beyond a run's own time: to end it, and for the way there and back. */
const MARGIN_MS = 15_000;
/** Whoever cancels wants everything to be gone within two seconds. */
export const CANCEL_MS_MAX = 1_500;
export const CANCEL_GRACE_MS = 400;

export type Rules = Readonly<{
  links: Links;
  authority: Authority;
  sanitise: (text: string) => string;
  graceMs: number;
  /** For how long a target that cannot be reached is tried again; half a minute when left out. */
  reachMs?: number;
}>;

export type Reply =
  | Readonly<{ kind: "answer"; words: readonly string[] }>
  | Readonly<{ kind: "refused"; reason: string }>
  | Readonly<{ kind: "unreached"; reason: string; hasBegun: boolean }>
  | Readonly<{ kind: Limit }>;

/** Asks a target one question of ours, over the connection that there is or a new one. */
export async function ask(
  target: Target,
  question: Readonly<{ rules: Rules; program: (frame: string) => string }>,
  patience: Patience,
): Promise<Reply> {
  const { rules, program } = question;
  const link = await rules.links.acquire(target, patience);
  if ("failed" in link) return { kind: "unreached", reason: link.failed, hasBegun: false };
  const frame = randomUUID();
  const session = openSession(link.spawn(), { frame, text: program(frame) }, () => {});
  const end = await within(session.end, patience);
  session.kill();
  link.release();
  if (end === "timed-out" || end === "cancelled") return { kind: end };
  if (end.kind === "silent") {
    const reason = describeFailure(end.stderr, rules.sanitise);
    return { kind: "unreached", reason, hasBegun: session.leader() !== null };
  }
  if (end.word === "answer") return { kind: "answer", words: end.words };
  return { kind: "refused", reason: rules.sanitise(end.words.join(" ")) };
}

/** What became of a run, by its receipt; waits for one that is alive until `limitMs` after its start. */
export async function lookUp(
  call: CommandCall & Readonly<{ id: string; target: Target }>,
  limitMs: number,
  about: Readonly<{ rules: Rules; signals: readonly AbortSignal[] }>,
): Promise<Fate> {
  const { rules, signals } = about;
  const { authority, graceMs, reachMs = REACH_MS_MAX } = rules;
  const program = (frame: string) => probeProgram(call.id, { frame, limitMs, graceMs, authority });
  const wholeUntil = performance.now() + limitMs + graceMs + reachMs + MARGIN_MS;
  let until = performance.now() + reachMs;
  for (;;) {
    const reply = await ask(call.target, { rules, program }, { ms: wholeUntil - performance.now(), signals });
    if (reply.kind === "answer") return readFate(reply.words);
    if (reply.kind === "refused") return { kind: "interrupted", detail: reply.reason };
    if (reply.kind === "cancelled" || signals.some((signal) => signal.aborted)) return cutShort(call, rules);
    const reason = reply.kind === "unreached" ? reply.reason : "no answer in time";
    if (reply.kind === "unreached" && reply.hasBegun) until = performance.now() + reachMs;
    if (reply.kind === "timed-out" || performance.now() + RETRY_MS > Math.min(until, wholeUntil)) {
      return { kind: "unknown", detail: `the target could not be asked: ${reason}` };
    }
    await pause({ ms: RETRY_MS, signals });
  }
}

/** Ends a run that is still alive, at once. */
export async function cutShort(call: Readonly<{ id: string; target: Target }>, rules: Rules): Promise<Fate> {
  const { authority } = rules;
  const program = (frame: string) =>
    probeProgram(call.id, { frame, limitMs: 0, graceMs: CANCEL_GRACE_MS, authority });
  const reply = await ask(call.target, { rules, program }, { ms: CANCEL_MS_MAX, signals: [] });
  if (reply.kind !== "answer")
    return { kind: "unknown", detail: "it was cancelled, and is not known to have ended" };
  const fate = readFate(reply.words);
  if (fate.kind !== "timed-out") return fate;
  return { kind: "interrupted", detail: "it was still running, and was cancelled" };
}
