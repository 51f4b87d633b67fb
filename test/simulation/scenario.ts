import type { Change } from "../../src/plan/change.ts";
import type { PersonCommand } from "../../src/ports.ts";
import { type Faults, NO_FAULTS, type ScriptedFault } from "../../src/rehearsal/faults.ts";
import { Random } from "../../src/rehearsal/random.ts";
import type { SessionOptions } from "../../src/rehearsal/session.ts";
import { randomChange } from "./random-change.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

type Span = Readonly<{ afterMs: number; forMs: number }>;
type Wish = SessionOptions["wish"];

/** One process of the story, and what happens around it. Times count from its start. */
export type Chapter = Readonly<{
  machine: string;
  wish: Wish;
  killAt: number | null;
  killAfterMs: number | null;
  /** The machine dies with its process. */
  losesDisk: boolean;
  pause: Span | null;
  cancelAfterMs: number | null;
  cutOff: Span | null;
  rivals: readonly Readonly<{ afterMs: number; machine: string; wish: Wish; patienceMs: number }>[];
  says: readonly Readonly<{ afterMs: number; command: PersonCommand["command"]; restores: boolean }>[];
  /** How far the clock of its machine is off. */
  skewMs: number;
  until: SessionOptions["until"] | null;
  /** Nobody does anything for so long before it starts. */
  restMs: number;
  /** Before that, another change comes over the same targets, where ours has left nothing to keep it out. */
  isOvertaken: boolean;
}>;

/** A whole story as a value, so that it can be cut down to what it takes to break a promise. */
export type Scenario = Readonly<{
  seed: number;
  change: Change;
  startMs: number;
  faults: Faults;
  script: readonly ScriptedFault[];
  isApproved: boolean;
  chapters: readonly Chapter[];
}>;

/** Noon, and evenings before the clocks change in Europe, forwards and back. */
const STARTS = ["2026-03-01T12:00:00Z", "2026-03-28T23:30:00Z", "2026-10-24T23:30:00Z"].map(Date.parse);

export function drawScenario(seed: number): Scenario {
  const random = new Random(seed);
  const startMs = random.pick(STARTS);
  const change = randomChange(random, startMs);
  const isCalm = random.chance(0.15);
  const isSkewed = change.schedule === null && random.chance(0.1);
  const crowd = !isSkewed && random.chance(0.3);
  const canRestore = change.backups.some(({ restore }) => restore !== null);
  const chapters = isCalm ? 0 : random.pick([0, 1, 1, 2, 3, 5, 8]);
  return {
    seed,
    change,
    startMs,
    faults: isCalm ? NO_FAULTS : drawFaults(random),
    script: drawScript(random, change),
    isApproved: random.chance(0.95),
    chapters: Array.from({ length: chapters }, () => drawChapter(random, { crowd, isSkewed, canRestore })),
  };
}

/** Each with a probability of its own; a few at a time, or no story would ever get anywhere. */
function drawFaults(random: Random): Faults {
  const rare = new Set(["refusal", "diskFull"]);
  // What a story has at most a few chances for has to happen more often to be seen at all.
  const certain = new Set(["corrupt", "fetch", "unmet"]);
  const frequent = new Set(["backup", "check", "verify", "active"]);
  const ratesOf = (name: string) => {
    if (certain.has(name)) return [0.1, 0.5];
    if (frequent.has(name)) return [0.1, 0.3];
    return rare.has(name) ? [0.001, 0.01] : [0.01, 0.03, 0.1, 0.3];
  };
  const entries = Object.keys(NO_FAULTS).map((name) => {
    const isOn = random.chance(0.2);
    const rate = random.pick(ratesOf(name));
    return [name, isOn ? rate : 0] as const;
  });
  return { ...NO_FAULTS, ...Object.fromEntries(entries) };
}

function drawScript(random: Random, change: Change): ScriptedFault[] {
  return change.triggers.flatMap(({ name, restore }) => {
    // Data is only restored where such a trigger fires, so that it has to do so more often.
    if (random.chance(restore.length > 0 ? 0.1 : 0.5)) return [];
    const afterMs = someTime(random);
    return [{ kind: "trigger", trigger: name, afterMs, forMs: random.pick([null, 20_000, 5 * MINUTE]) }];
  });
}

/** A clock that is set anew is one machine's: two that differ by more than a minute cannot share a lease. */
type Frame = Readonly<{ crowd: boolean; isSkewed: boolean; canRestore: boolean }>;

function drawChapter(random: Random, { crowd, isSkewed, canRestore }: Frame): Chapter {
  // Stopped in the middle of its work for so long that somebody else goes on, and then it wakes.
  const oversleeps = crowd && random.chance(0.25);
  const dies = !oversleeps && random.chance(0.6);
  const span = (): Span => ({
    afterMs: someTime(random),
    forMs: random.pick([5_000, 2 * MINUTE, 15 * MINUTE]),
  });
  return {
    machine: isSkewed ? "alpha" : random.pick(["alpha", "alpha", "alpha", "beta"]),
    wish: random.pick(["run", "run", "run", "resume", "resume", "resume", "rollback", "rollback", "other"]),
    killAt: dies && random.chance(0.6) ? Math.floor(2 ** (random.next() * 10)) : null,
    killAfterMs: dies ? someTime(random) : null,
    losesDisk: random.chance(0.35),
    pause: oversleeps
      ? { afterMs: random.between(1_000, 40_000), forMs: 20 * MINUTE }
      : random.chance(0.15)
        ? span()
        : null,
    cancelAfterMs: random.chance(0.15) ? someTime(random) : null,
    cutOff: random.chance(0.15) ? span() : null,
    rivals: crowd
      ? Array.from({ length: random.between(oversleeps ? 1 : 0, 2) }, () => drawRival(random, oversleeps))
      : [],
    says: Array.from({ length: random.pick(canRestore ? [0, 1] : [0, 0, 0, 1, 2]) }, () =>
      drawSaying(random, canRestore),
    ),
    skewMs: isSkewed ? random.pick([0, -DAY, DAY, 3_600_000]) : 0,
    until: random.chance(0.15) ? random.pick(["prepare", "deploy", "verify"] as const) : null,
    restMs: random.pick([0, 0, 20_000, 30 * MINUTE]),
    isOvertaken: random.chance(0.2),
  };
}

function drawRival(random: Random, isPatient: boolean): Chapter["rivals"][number] {
  const wish = random.pick(["run", "resume", "rollback"] as const);
  const patienceMs = isPatient ? 60 * MINUTE : random.pick([0, 12 * MINUTE, 60 * MINUTE]);
  return { afterMs: someTime(random), machine: random.pick(["beta", "gamma"]), wish, patienceMs };
}

function drawSaying(random: Random, canRestore: boolean): Chapter["says"][number] {
  const isRestore = canRestore && random.chance(0.6);
  const command = isRestore ? "rollback" : random.pick(["continue", "hold", "rollback", "abort"] as const);
  return { afterMs: someTime(random), command, restores: isRestore || random.chance(0.3) };
}

/** From a moment to half an hour, each order of magnitude as likely as the next. */
function someTime(random: Random): number {
  return Math.floor(10 ** (2 + random.next() * 4.3));
}
