import { setTimeout as delay } from "node:timers/promises";
import { ChangeError } from "../../errors.ts";

export type RefUpdate = Readonly<{
  ref: string;
  /** The value that the reference must have now; null: it must not exist. */
  from: string | null;
  to: string;
}>;

export type RefValues = ReadonlyMap<string, string>;

export type UpdateResult =
  | Readonly<{ kind: "accepted" }>
  /** Somebody else moved one of them; none of ours took effect beyond what `values` shows. */
  | Readonly<{ kind: "contested"; values: RefValues }>;

/** What one try came to, as far as the tool's words tell. The references themselves have the last word. */
export type Attempt = Readonly<{
  kind:
    | "accepted"
    | "stale" // the other side compared, and found another value
    | "busy" // the other side answered: a lock is taken, try again
    | "refused" // the other side answered: no
    | "unreachable"; // no answer, or an ambiguous one
  words: string;
}>;

export type Patience = Readonly<{
  callMs: number;
  totalMs: number;
  firstWaitMs: number;
  longestWaitMs: number;
}>;

export type RefStore = Readonly<{
  name: string;
  attempt(updates: readonly RefUpdate[]): Promise<Attempt>;
  /** Throws when the store cannot be read. */
  read(refs: readonly string[]): Promise<RefValues>;
}>;

/**
 * Carries an update through lost answers: an update that failed for us may have been accepted, or may
 * yet be. So every failure is followed by a look, and only what is not done is tried again.
 */
export async function settleUpdate(
  store: RefStore,
  updates: readonly RefUpdate[],
  patience: Patience,
): Promise<UpdateResult> {
  const startedMs = performance.now();
  let left = updates;
  for (let tries = 0; ; tries++) {
    const attempt = await store.attempt(left);
    if (attempt.kind === "accepted") return { kind: "accepted" };
    const seen = await look(store, left);
    const result = conclude(store, attempt, seen);
    if (result !== null) return result;
    if (seen !== null && !seen.moved) left = seen.open;
    // Whoever cannot look cannot know: the transport may have sent the same push twice by itself.
    const answered = attempt.kind !== "unreachable" && seen !== null;
    const waitMs = backOffMs(tries, patience);
    const over = performance.now() - startedMs + waitMs > patience.totalMs;
    if (over && !answered) throw unreachable(store.name, attempt.words);
    if (over || (answered && tries >= ANSWERED_TRIES_MAX)) throw stuck(store.name, attempt.words);
    await delay(waitMs);
  }
}

/** null: neither made nor impossible, as far as we know. */
function conclude(store: RefStore, attempt: Attempt, seen: Seen | null): UpdateResult | null {
  // A mirror may answer late: only a definite answer of the writing side makes a race lost.
  if (seen?.moved && attempt.kind !== "unreachable") return { kind: "contested", values: seen.values };
  if (seen?.open.length === 0) return { kind: "accepted" };
  if (attempt.kind === "refused") throw refused(store.name, attempt.words);
  return null;
}

/** A lock that is still there after so many tries has been left behind. */
const ANSWERED_TRIES_MAX = 7;

/** Tries a reading call again while it throws JOURNAL_UNREACHABLE, within the same patience. */
export async function persist<T>(patience: Patience, read: () => Promise<T>): Promise<T> {
  const startedMs = performance.now();
  for (let tries = 0; ; tries++) {
    try {
      return await read();
    } catch (error) {
      const transient = error instanceof ChangeError && error.code === "JOURNAL_UNREACHABLE";
      const waitMs = backOffMs(tries, patience);
      if (!transient || performance.now() - startedMs + waitMs > patience.totalMs) throw error;
      await delay(waitMs);
    }
  }
}

/** Doubling, with jitter, so that two writers do not meet again and again. */
function backOffMs(tries: number, { firstWaitMs, longestWaitMs }: Patience): number {
  return Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(tries, 20)) * (0.5 + Math.random() / 2);
}

const SILENT: ReadonlySet<string> = new Set(["JOURNAL_UNREACHABLE", "JOURNAL_REFUSED"]);

type Seen = Readonly<{ values: RefValues; open: readonly RefUpdate[]; moved: boolean }>;

/** Which updates are still to be made, and whether somebody else moved one of those; null: no answer. */
async function look(store: RefStore, updates: readonly RefUpdate[]): Promise<Seen | null> {
  try {
    const values = await store.read(updates.map(({ ref }) => ref));
    const open = updates.filter(({ ref, to }) => values.get(ref) !== to);
    return { values, open, moved: open.some(({ ref, from }) => (values.get(ref) ?? null) !== from) };
  } catch (error) {
    const silent = error instanceof ChangeError && SILENT.has(error.code);
    if (silent) return null;
    throw error;
  }
}

export function refused(name: string, words: string): ChangeError {
  return new ChangeError(
    "JOURNAL_REFUSED",
    `The journal at ${name} refuses: ${words || "no reason given"}.`,
    {
      hint: "Give this process permission to write there (contents: write), allow the references by the server's rules, or name another journal.",
    },
  );
}

function stuck(name: string, words: string): ChangeError {
  return new ChangeError(
    "JOURNAL_REFUSED",
    `The journal at ${name} stays locked: ${words || "no reason given"}.`,
    {
      hint: "Let other git commands there end. If none is running, a killed one left its lock: delete the .lock file that is named.",
    },
  );
}

export function unreachable(name: string, words: string): ChangeError {
  return new ChangeError(
    "JOURNAL_UNREACHABLE",
    `The journal at ${name} does not answer: ${words || "no answer"}.`,
    {
      hint: "Check the network and the journal's address. What was recorded is kept on this machine; resume goes on.",
    },
  );
}
