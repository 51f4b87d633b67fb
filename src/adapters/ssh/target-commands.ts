import { randomUUID } from "node:crypto";
import type { Target } from "../../plan/change.ts";
import type { CommandCall, CommandResult, Commands, ReceiptAnswer } from "../../ports.ts";
import type { Limit } from "../wait-limit.ts";
import { cleanUp, type Uncleaned } from "./clean-up.ts";
import { describeFailure } from "./describe-failure.ts";
import { answerOf, type Fate } from "./fate.ts";
import { ask, CANCEL_GRACE_MS, CANCEL_MS_MAX, cutShort, lookUp, type Rules } from "./inquiry.ts";
import { findUnsendable, type Leader, runProgram, stopProgram } from "./programs.ts";
import { openSession, type Session, type SessionEnd, type StreamName } from "./session.ts";
import { within } from "./within.ts";

/** What is done with a command's output; one for each command. */
export type Output = Readonly<{
  push(stream: StreamName, chunk: Buffer): void;
  /** Says something of our own among the command's lines. */
  note(text: string): void;
  finish(): Readonly<{ tail: string; stdout: string }>;
}>;

export type TargetRules = Rules & Readonly<{ collect: (label: string | null) => Output }>;

export type SshCommands = Commands &
  Readonly<{
    /** At the end of the change: removes its receipts. Names the targets where that was not possible. */
    cleanUp(targets: readonly Target[], signal: AbortSignal): Promise<readonly Uncleaned[]>;
    /** Cancels every run, and resolves when all connections are closed. Nothing starts afterwards. */
    endAll(): Promise<void>;
    /** The same without waiting, for the last moment of our process: what runs on targets is bounded there. */
    killAll(): void;
  }>;

type Ending = CommandResult["ending"];
/** Room beyond the grace for the order to end a run to arrive, and for its answer. */
const STOP_MARGIN_MS = 6_000;
/** A step may have to wait until others have ended and given their connections up; a login has its own limit. */
const TURN_MS_MAX = 3_600_000;
/** What is still on its way when a run's processes are gone. */
const LAST_OUTPUT_MS = 500;
const SSH_FAILED = 255;

/** Runs commands on targets, over whatever links there are to them. */
export function targetCommands(rules: TargetRules): SshCommands {
  const ending = new AbortController();
  const running = new Set<Promise<unknown>>();
  const tracked = <T>(work: Promise<T>): Promise<T> => {
    running.add(work);
    return work.finally(() => running.delete(work));
  };
  return {
    async run(call, signal) {
      const startedMs = performance.now();
      const output = rules.collect(call.label);
      const signals = [signal, ending.signal];
      const result = await tracked(new Run(call, { ...rules, output, signals }).perform());
      return { ms: Math.round(performance.now() - startedMs), ...output.finish(), ending: result };
    },
    async probe(call, signal): Promise<ReceiptAnswer> {
      if (!hasReceipt(call)) return { kind: "interrupted", detail: "it kept no receipt" };
      const signals = [signal, ending.signal];
      return answerOf(await tracked(lookUp(call, call.timeoutMs, { rules, signals })));
    },
    cleanUp: (targets, signal) => tracked(cleanUp(targets, { rules, signals: [signal, ending.signal] })),
    async endAll() {
      ending.abort();
      await Promise.allSettled(running);
      await rules.links.end();
    },
    killAll() {
      ending.abort();
      rules.links.kill();
    },
  };
}

type Kept = CommandCall & Readonly<{ id: string; target: Target }>;

function hasReceipt(call: CommandCall): call is Kept {
  return call.id !== null && call.target !== null;
}

/** One command on one target, from the connection to its ending. */
class Run {
  readonly #call: CommandCall;
  readonly #rules: Rules;
  readonly #output: Output;
  readonly #signals: readonly AbortSignal[];

  constructor(call: CommandCall, rules: Rules & { output: Output; signals: readonly AbortSignal[] }) {
    this.#call = call;
    this.#rules = rules;
    this.#output = rules.output;
    this.#signals = rules.signals;
  }

  async perform(): Promise<Ending> {
    const call = this.#call;
    if (this.#isCancelled()) return { kind: "cancelled" };
    if (call.target === null) return { kind: "not-started", reason: "it has no target to run on" };
    const unsendable = findUnsendable(call);
    if (unsendable !== null) return { kind: "not-started", reason: unsendable };
    const ms = call.id === null ? call.timeoutMs : TURN_MS_MAX;
    const link = await this.#rules.links.acquire(call.target, { ms, signals: this.#signals });
    if ("failed" in link) {
      return this.#isCancelled() ? { kind: "cancelled" } : { kind: "not-started", reason: link.failed };
    }
    try {
      return await this.#supervise(this.#open(link.spawn()));
    } finally {
      link.release();
    }
  }

  #isCancelled(): boolean {
    return this.#signals.some((signal) => signal.aborted);
  }

  #open(child: Parameters<typeof openSession>[0]): Session {
    const { graceMs, authority } = this.#rules;
    const frame = randomUUID();
    const text = runProgram(this.#call, { frame, graceMs, authority });
    return openSession(child, { frame, text }, (stream, chunk) => this.#output.push(stream, chunk));
  }

  async #supervise(session: Session): Promise<Ending> {
    const patience = { ms: this.#call.timeoutMs, signals: this.#signals };
    const end = await within(session.end, patience);
    if (end === "timed-out" || end === "cancelled") return this.#stop(session, end);
    if (end.kind === "silent") return this.#settle(session, end);
    if (end.word === "refused") {
      return { kind: "not-started", reason: this.#rules.sanitise(end.words.join(" ")) };
    }
    const code = Number(end.words[0]);
    if (end.word !== "end" || !Number.isInteger(code)) {
      return { kind: "lost", reason: "the target's last word makes no sense" };
    }
    if (end.isHeld || end.words[1] === "held") {
      this.#output.note(
        "(something in the background keeps this command's output open; it is no longer read)",
      );
    }
    return { kind: "exited", code };
  }

  /** The connection is gone, and what became of the command is asked over another one. */
  async #settle(session: Session, end: Extract<SessionEnd, { kind: "silent" }>): Promise<Ending> {
    const words = describeFailure(end.stderr, this.#rules.sanitise);
    const hasBegun = session.leader() !== null;
    // The login shell gave its own exit code without ever becoming the shell that reads our program.
    if (!hasBegun && end.code !== null && end.code !== SSH_FAILED) {
      const reason = `the login shell did not begin /bin/sh: ${words} (exit ${end.code})`;
      return { kind: "not-started", reason };
    }
    const lost = hasBegun ? "the connection was lost while it ran" : `the connection was lost: ${words}`;
    if (!hasReceipt(this.#call)) return { kind: "lost", reason: lost };
    this.#output.note(`(${lost}; asking the target what became of it)`);
    const about = { rules: this.#rules, signals: this.#signals };
    return this.#endingOf(await lookUp(this.#call, this.#call.timeoutMs, about), lost);
  }

  #endingOf(fate: Fate, lost: string): Ending {
    if (fate.kind === "finished") return { kind: "exited", code: fate.code };
    if (fate.kind === "unstarted") return { kind: "not-started", reason: lost };
    // Cancelled is what is known to have ended; what may be alive is in doubt.
    if (this.#isCancelled() && fate.kind !== "unknown") return { kind: "cancelled" };
    if (fate.kind === "timed-out") return { kind: "timed-out" };
    return { kind: "lost", reason: `${lost}, and ${fate.detail}` };
  }

  async #stop(session: Session, limit: Limit): Promise<Ending> {
    const leader = session.leader();
    const isGone = leader === null ? await this.#prevent() : await this.#end(leader, limit);
    await within(session.end, { ms: isGone ? LAST_OUTPUT_MS : 0, signals: [] });
    session.kill();
    if (isGone) return { kind: limit };
    const why = limit === "cancelled" ? "it was cancelled" : "its time was over";
    return { kind: "lost", reason: `${why}, and the target did not confirm that it has ended` };
  }

  /** It has not been heard of: it may yet begin, unless its receipt is taken. */
  async #prevent(): Promise<boolean> {
    if (!hasReceipt(this.#call)) return true;
    const fate = await cutShort(this.#call, this.#rules);
    return fate.kind !== "interrupted" && fate.kind !== "unknown";
  }

  async #end(leader: Leader, limit: Limit): Promise<boolean> {
    const isCancel = limit === "cancelled";
    const graceMs = isCancel ? CANCEL_GRACE_MS : this.#rules.graceMs;
    const program = (frame: string) => stopProgram(leader, { frame, graceMs });
    const ms = isCancel ? CANCEL_MS_MAX : graceMs + STOP_MARGIN_MS;
    const question = { rules: this.#rules, program };
    const reply = await ask(this.#call.target!, question, { ms, signals: [] });
    if (reply.kind === "answer" && reply.words[0] === "ended") return true;
    this.#output.note(
      "(processes of this command may be left on the target: it has not confirmed their end)",
    );
    return false;
  }
}
