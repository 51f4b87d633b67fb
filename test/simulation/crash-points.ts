import type { Change } from "../../src/plan/change.ts";
import { NO_FAULTS, type ScriptedFault } from "../../src/rehearsal/faults.ts";
import type { Chapter, Scenario } from "./scenario.ts";
import { tell } from "./story.ts";

const CALM: Chapter = {
  machine: "alpha",
  wish: "run",
  killAt: null,
  killAfterMs: null,
  losesDisk: false,
  pause: null,
  cancelAfterMs: null,
  cutOff: null,
  rivals: [],
  says: [],
  skewMs: 0,
  until: null,
  restMs: 0,
  isOvertaken: false,
};

/** What is run until it ends, and where it is killed. */
export type CrashPlan = Readonly<{
  name: string;
  change: Change;
  script?: readonly ScriptedFault[];
  /** Before the process that is killed. */
  before?: readonly Partial<Chapter>[];
  killed?: Partial<Chapter>;
}>;

export type Crash = Readonly<{ at: number; losesDisk: boolean }>;

export function scenarioOf(plan: CrashPlan, crashes: readonly Crash[]): Scenario {
  const killed = crashes.map(({ at, losesDisk }, i) => ({
    ...CALM,
    ...(i === 0 ? plan.killed : {}),
    killAt: at,
    losesDisk,
  }));
  return {
    seed: 1,
    change: plan.change,
    startMs: Date.parse("2026-03-01T12:00:00Z"),
    faults: NO_FAULTS,
    script: plan.script ?? [],
    isApproved: true,
    chapters: [...(plan.before ?? []).map((chapter) => ({ ...CALM, ...chapter })), ...killed],
  };
}

/** The broken promises of a run that dies there and is gone on with. */
export async function breaksOf(plan: CrashPlan, crashes: readonly Crash[]): Promise<readonly string[]> {
  return (await tell(scenarioOf(plan, crashes))).broken;
}

/** How many moments the process has that is to be killed: every call into a port and every answer. */
export async function countMoments(plan: CrashPlan): Promise<number> {
  const { passesOf } = await tell(scenarioOf(plan, [{ at: Number.POSITIVE_INFINITY, losesDisk: false }]));
  return passesOf[plan.before?.length ?? 0]!;
}
