import type { Change, Step } from "../plan/change.ts";
import type { CommandCall, CommandResult } from "../ports.ts";
import type { Faults, ScriptedFault } from "./faults.ts";
import { type Extent, findVersionStep, type Place } from "./fleet.ts";
import type { Random } from "./random.ts";

export type Ending = CommandResult["ending"];

/** How a command will go: what it does, when it ends and how, and whether its caller learns of it. */
export type Course = Readonly<{
  ms: number;
  extent: Extent;
  ending: Ending;
  /** The caller loses sight of it then; it goes on. */
  cutMs: number | null;
  /** It leaves its status when it ends. */
  hasReceipt: boolean;
  isReboot: boolean;
}>;

export type Chance = Readonly<{
  change: Change;
  faults: Faults;
  random: Random;
  script: readonly ScriptedFault[];
  stepMs: readonly [number, number];
}>;

const DONE: Omit<Course, "ms"> = {
  extent: "all",
  ending: { kind: "exited", code: 0 },
  cutMs: null,
  hasReceipt: true,
  isReboot: false,
};

/** Drawn when a step starts. */
export function drawStep(place: Place, call: CommandCall, chance: Chance): Course {
  const { faults, random, stepMs } = chance;
  const isBack = place.direction === "undo" || place.scope === "restore" || place.scope === "respond";
  const ms = Math.min(random.between(...stepMs), Math.floor(call.timeoutMs * 0.9));
  const failed = { ...DONE, ms, ending: { kind: "exited", code: 1 } } as const;
  if (isScripted(place, chance)) return { ...failed, extent: "none" };
  if (random.chance(faults.unstarted)) return neverStarted();
  if (random.chance(isBack ? faults.undo : faults.step)) {
    return { ...failed, extent: random.pick(["none", "half", "all"] as const) };
  }
  if (place.direction === "undo" && random.chance(faults.lie) && showsInVersion(place, chance)) {
    return { ...DONE, ms, extent: "half" };
  }
  if (random.chance(isBack ? faults.undo / 2 : faults.hang)) return hangs(call, random);
  return isRemote(call, chance.change) ? drawConnection(ms, chance) : { ...DONE, ms };
}

/** Whether it can be found out: only what brings the version back shows, and only where versions are told. */
function showsInVersion({ scope, step }: Place, { change }: Chance): boolean {
  return scope === "each" && change.versionCommand !== null && step === findVersionStep(change.apply.each);
}

function drawConnection(ms: number, { faults, random }: Chance): Course {
  if (random.chance(faults.reboot)) return { ...reboots(), ms, extent: random.pick(["none", "half"]) };
  if (random.chance(faults.cut)) return { ...DONE, ms, cutMs: random.between(1, ms) };
  return { ...DONE, ms };
}

function neverStarted(): Course {
  const ending = { kind: "not-started", reason: "no shell" } as const;
  return { ...DONE, ms: 5, extent: "none", ending, hasReceipt: false };
}

function hangs({ timeoutMs }: CommandCall, random: Random): Course {
  const extent = random.pick(["none", "half"] as const);
  return { ...DONE, ms: timeoutMs, extent, ending: { kind: "timed-out" } };
}

function reboots(): Omit<Course, "ms" | "extent"> {
  const ending = { kind: "lost", reason: "the target went away" } as const;
  return { ...DONE, ending, hasReceipt: false, isReboot: true };
}

/** Whether a connection lies between: only that can be cut. */
export function isRemote(call: CommandCall, change: Change): boolean {
  return call.target !== null && call.on === "targets" && change.ssh !== null;
}

function isScripted({ scope, direction, target, step }: Place, { script, change }: Chance): boolean {
  if (scope !== "each" || direction !== "do") return false;
  return script.some(
    (fault) =>
      fault.kind === "fail" && fault.target === target && isNamed(change.apply.each[step], fault.step),
  );
}

function isNamed(step: Step | undefined, name: string | null): boolean {
  return name === null || step?.name === name;
}
