import type { Change, Step, StepList } from "../plan/change.ts";

/** How much of a command took effect. */
export type Extent = "none" | "half" | "all";

/** What steps have really done somewhere, one bit for each step of the list. */
export type Marks = {
  applied: number;
  half: number;
  /** Begun, and not undone to the end since. */
  begun: number;
  running: number;
};

export type TargetTruth = Marks & {
  /** What it ran before our change. */
  original: string;
  version: string;
  downUntilMs: number;
  /** The new version does not work here; `flapping` comes and goes. */
  sickness: "none" | "sick" | "flapping";
};

/** Where a step takes effect: a once-step may do so on the runner (null) or on many targets. */
export type Place = Readonly<{
  scope: StepList;
  step: number;
  target: string | null;
  direction: "do" | "undo";
}>;

/** The truth about everything that steps change, whatever anybody knows of it. */
export class Fleet {
  /** Those that somebody has worked on or looked at; the others are as they were. */
  readonly #targets = new Map<string, TargetTruth>();
  /** By list and place, once something was begun there. */
  readonly once = new Map<string, Marks>();
  /** Blue-green: the group that gets the traffic. */
  live: string | null;
  /** What the service keeps: lost or damaged until a backup is restored. */
  isDataGood = true;
  readonly #change: Change;
  #liveAtStart: string | null;
  #original = "1.0";
  /** All steps of `each` that leave something behind, and the one that brings the version. */
  readonly #whole: number;
  readonly #versionBit: number;

  constructor(change: Change, live: string | null) {
    this.#change = change;
    this.live = live;
    this.#liveAtStart = live;
    const { each } = change.apply;
    this.#whole = each.reduce((bits, step, i) => (leavesTraces(step) ? bits | (1 << i) : bits), 0);
    this.#versionBit = 1 << findVersionStep(each);
  }

  get targets(): ReadonlyMap<string, TargetTruth> {
    return this.#targets;
  }

  truthOf(target: string): TargetTruth {
    const known = this.#targets.get(target);
    if (known !== undefined) return known;
    const truth = { ...newMarks(), ...newTarget(this.#original) };
    this.#targets.set(target, truth);
    return truth;
  }

  marksOf({ scope, target }: Pick<Place, "scope" | "target">): Marks {
    if (scope === "each") return this.truthOf(target!);
    const key = `${scope} ${target ?? ""}`;
    const known = this.once.get(key);
    if (known !== undefined) return known;
    const marks = newMarks();
    this.once.set(key, marks);
    return marks;
  }

  begin(run: Place): void {
    this.marksOf(run).running++;
  }

  /** A command has ended, by itself or not. */
  end(run: Place, extent: Extent, env: Readonly<Record<string, string>>): void {
    const marks = this.marksOf(run);
    marks.running--;
    if (extent === "none" || !this.#leavesTraces(run)) return;
    const bit = 1 << run.step;
    const isDone = extent === "all";
    marks.half = isDone ? marks.half & ~bit : marks.half | bit;
    if (isDone) marks.applied = run.direction === "do" ? marks.applied | bit : marks.applied & ~bit;
    if (run.scope === "each" && bit === this.#versionBit) this.#changeVersion(run, extent, env);
    if (run.scope === "switch" && isDone) this.#switch(run.direction);
  }

  /** In one piece: entirely on the old version or on the new one, with nothing half done or running. */
  isWhole({ applied, half, running }: Marks): boolean {
    return half === 0 && running === 0 && (applied === 0 || applied === this.#whole);
  }

  isOnNew({ applied }: Marks): boolean {
    return (applied & this.#versionBit) !== 0;
  }

  /** Neither changed, nor half changed. */
  isAsBefore({ applied, half, running, original, version }: TargetTruth): boolean {
    return applied === 0 && half === 0 && running === 0 && version === original;
  }

  isUpdated(truth: TargetTruth): boolean {
    return this.isWhole(truth) && truth.applied === this.#whole;
  }

  isServing(truth: TargetTruth, nowMs: number): boolean {
    if (truth.downUntilMs > nowMs || truth.half !== 0) return false;
    if (truth.applied !== 0 && truth.applied !== this.#whole) return false;
    return truth.sickness === "none" || !this.isOnNew(truth) || isWellNow(truth, nowMs);
  }

  #leavesTraces({ scope, step }: Place): boolean {
    const { apply, prepare } = this.#change;
    const lists: Partial<Record<StepList, readonly Step[]>> = { ...apply, prepare };
    const known = lists[scope]?.[step];
    return known === undefined || leavesTraces(known);
  }

  /** What could not be undone was done to the data, so it is gone with them. */
  restoreData(isGood: boolean): void {
    this.isDataGood = isGood;
    const { each, before } = this.#change.apply;
    for (const truth of this.#targets.values()) forget(truth, each);
    const once = this.once.get("before ");
    if (once !== undefined) forget(once, before);
  }

  /** Nothing of the change is there, nor of its preparation, and nothing of it runs. */
  get isUntouched(): boolean {
    const isClean = ({ applied, half, running }: Marks) => applied === 0 && half === 0 && running === 0;
    return (
      [...this.#targets.values()].every((truth) => this.isAsBefore(truth)) &&
      [...this.once.values()].every(isClean)
    );
  }

  /** Another change has come over everything: that is what there was before ours, from now on. */
  overtake(version: string): void {
    this.#original = version;
    for (const truth of this.#targets.values()) Object.assign(truth, { original: version, version });
    const names = this.#change.rollout.blueGreen?.groups.map(({ name }) => name) ?? [];
    this.live = names.find((name) => name !== this.live) ?? null;
    this.#liveAtStart = this.live;
  }

  /** By hand. */
  sendTrafficBack(): void {
    this.live = this.#liveAtStart;
  }

  #changeVersion(run: Place, extent: Extent, env: Readonly<Record<string, string>>): void {
    const truth = this.truthOf(run.target!);
    const previous = env.PREVIOUS_VERSION || truth.original;
    truth.version = run.direction === "do" ? this.#change.version : previous;
    if (extent === "half") truth.version += "-half";
  }

  #switch(direction: Place["direction"]): void {
    const names = this.#change.rollout.blueGreen?.groups.map(({ name }) => name) ?? [];
    const other = names.find((name) => name !== this.#liveAtStart) ?? null;
    this.live = direction === "do" ? other : this.#liveAtStart;
  }
}

/** Read-only steps leave none. */
export function leavesTraces(step: Step): boolean {
  return step.undo !== null || step.irreversible;
}

/** The step whose commands speak of versions; where none does, the last that can be undone. */
export function findVersionStep(each: readonly Step[]): number {
  const named = each.findIndex(
    ({ run, undo }) => /CHANGE_VERSION/.test(run) || /PREVIOUS_VERSION/.test(undo ?? ""),
  );
  return named >= 0 ? named : Math.max(0, each.findLastIndex(leavesTraces));
}

function forget(marks: Marks, steps: readonly Step[]): void {
  for (const [i, { irreversible }] of steps.entries()) {
    if (irreversible) marks.applied &= ~(1 << i);
    if (irreversible) marks.half &= ~(1 << i);
  }
}

function newMarks(): Marks {
  return { applied: 0, half: 0, begun: 0, running: 0 };
}

function newTarget(version: string): Omit<TargetTruth, keyof Marks> {
  return { original: version, version, downUntilMs: 0, sickness: "none" };
}

const FLAP_MS = 3_000;

/** Well for a while, then ill for a while. */
function isWellNow({ sickness }: TargetTruth, nowMs: number): boolean {
  return sickness === "flapping" && Math.floor(nowMs / FLAP_MS) % 3 !== 0;
}
