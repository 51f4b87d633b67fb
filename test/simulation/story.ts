import { nextOpening, remainingMs } from "../../src/gate/windows.ts";
import { NO_FAULTS } from "../../src/rehearsal/faults.ts";
import type { SessionEnd, SessionOptions } from "../../src/rehearsal/session.ts";
import { createWorld, type World } from "../../src/rehearsal/world.ts";
import type { ChangeEvent } from "../../src/rollout/events.ts";
import { replay } from "../../src/rollout/replay.ts";
import type { ChangeState } from "../../src/rollout/state.ts";
import { longestMs } from "./longest.ts";
import { mendByHand } from "./mend.ts";
import { overtake } from "./overtake.ts";
import { watchPromises } from "./promises/watch.ts";
import type { Chapter, Scenario } from "./scenario.ts";

export type Told = Readonly<{
  broken: readonly string[];
  journal: readonly ChangeEvent[];
  world: World;
  /** By process, in the order of their ends: at how many moments it could have died. */
  passesOf: readonly number[];
  processes: number;
}>;

const ENDINGS_MAX = 12;
const PATIENCE_MS = 3 * 24 * 3_600_000;
const FINAL: ReadonlySet<string> = new Set(["succeeded", "rejected", "rolled-back", "frozen"]);

/** Safety under faults first; once they stop, a final outcome has to follow. */
export async function tell(scenario: Scenario): Promise<Told> {
  const { change, seed, faults, script, startMs, isApproved } = scenario;
  // A step may take longer than anything else in its plan, as a switch that drains a balancer does.
  const stepMs = [10, seed % 5 === 0 ? 300_000 : 15_000] as const;
  const world = createWorld(change, { seed, faults, script, startMs, stepMs, isApproved });
  const watch = watchPromises(world);
  const story = new Story(world, watch.broken);
  try {
    await world.drive(story.run(scenario.chapters));
  } catch (error) {
    watch.broken.push(`9 totality: ${error instanceof Error ? error.stack : error}`);
  }
  if (isUntroubled(scenario)) watch.broken.push(...falseAlarms(world.remote.events));
  const { passesOf } = story;
  return { broken: watch.broken, journal: world.remote.events, world, passesOf, processes: passesOf.length };
}

function isUntroubled({ faults, script, chapters, isApproved }: Scenario): boolean {
  return faults === NO_FAULTS && script.length + chapters.length === 0 && isApproved;
}

/** Where nothing is wrong, only the window may end a change. */
function falseAlarms(events: readonly ChangeEvent[]): string[] {
  return events.flatMap((event) => {
    const isAlarm = event.kind === "trigger-fired" || event.kind === "target-failed";
    if (!isAlarm || (event.kind === "trigger-fired" && event.trigger === "window")) return [];
    return [`17 honesty: nothing is wrong, and ${event.kind}: ${event.reason}`];
  });
}

class Story {
  readonly #world: World;
  readonly #broken: string[];
  readonly passesOf: number[] = [];

  constructor(world: World, broken: string[]) {
    this.#world = world;
    this.#broken = broken;
  }

  async run(chapters: readonly Chapter[]): Promise<void> {
    for (const chapter of chapters) {
      if (chapter.isOvertaken) await overtake(this.#world);
      await this.#world.clock.sleep(chapter.restMs);
      await this.#play(chapter);
      if (this.#broken.length > 0) return;
    }
    await this.#end();
  }

  async #play(chapter: Chapter): Promise<void> {
    const over = new AbortController();
    const rivals = chapter.rivals.map(async (rival) => {
      await this.#world.clock.sleep(rival.afterMs, over.signal);
      if (!over.signal.aborted)
        await this.#process({ ...rival, machine: this.#world.machine(rival.machine) });
    });
    for (const said of chapter.says) this.#say(said, over.signal);
    this.#cutOff(chapter, over.signal);
    await this.#firstOf(chapter);
    over.abort("over");
    await Promise.all(rivals);
    this.#world.isCutOff = false;
  }

  async #firstOf(chapter: Chapter): Promise<void> {
    const { clock } = this.#world;
    const machine = this.#world.machine(chapter.machine);
    machine.skewMs = chapter.skewMs;
    const cancel = new AbortController();
    const { wish, killAt, until } = chapter;
    const session = this.#world.start({
      machine,
      wish,
      cancel: cancel.signal,
      patienceMs: 12 * 60_000,
      ...(killAt === null ? {} : { killAt }),
      ...(until == null ? {} : { until }),
    });
    const over = new AbortController();
    const later = (ms: number | null, act: () => void) => {
      if (ms !== null) clock.sleep(ms, over.signal).then(() => over.signal.aborted || act());
    };
    later(chapter.killAfterMs, () => session.life.kill());
    later(chapter.cancelAfterMs, () => cancel.abort("SIGTERM"));
    const { pause } = chapter;
    if (pause !== null) later(pause.afterMs, () => session.life.pauseUntil(clock.now() + pause.forMs));
    const end = await session.done;
    over.abort("over");
    if (end.kind === "killed" && chapter.losesDisk) machine.lose();
    this.#note(end, session.life.passes);
    machine.skewMs = 0;
  }

  #say({ afterMs, command, restores }: Chapter["says"][number], signal: AbortSignal): void {
    const { clock, crowd, change } = this.#world;
    const names = change.backups.filter(({ restore }) => restore !== null).map(({ name }) => name);
    clock.sleep(afterMs, signal).then(() => {
      if (!signal.aborted) crowd.say(command, restores && command === "rollback" ? names : undefined);
    });
  }

  #cutOff({ cutOff }: Chapter, signal: AbortSignal): void {
    if (cutOff === null) return;
    const set = async (ms: number, isCutOff: boolean) => {
      await this.#world.clock.sleep(ms, signal);
      if (!signal.aborted) this.#world.isCutOff = isCutOff;
    };
    set(cutOff.afterMs, true);
    set(cutOff.afterMs + cutOff.forMs, false);
  }

  async #process(options: SessionOptions): Promise<SessionEnd> {
    const session = this.#world.start(options);
    const end = await session.done;
    this.#note(end, session.life.passes);
    return end;
  }

  #note(end: SessionEnd, passes: number): void {
    this.passesOf.push(passes);
    if (end.kind === "ended" && end.failure?.code === "JOURNAL_CONTESTED") {
      this.#broken.push("13 exclusivity: somebody wrote without a lease");
    }
  }

  /** Nothing goes wrong any more. */
  async #end(): Promise<void> {
    const world = this.#world;
    world.calm();
    for (let endings = 0; endings < ENDINGS_MAX; endings++) {
      const before = this.#outcome();
      if (before !== null && FINAL.has(before.outcome) && endings > 0) return;
      await this.#waitForWindow(before);
      const startedMs = world.clock.now();
      const wish = this.#nextWish(before, endings);
      if (wish === "repaired") mendByHand(world);
      const machine = world.machine("alpha");
      const end = await this.#process({ machine, wish, patienceMs: PATIENCE_MS });
      const tookMs = world.clock.now() - startedMs;
      if (end.kind === "kept-out") this.#broken.push("14 takeover: the lease was never free");
      if (end.kind === "ended" && end.failure !== null) {
        this.#broken.push(
          `10 liveness: ${end.failure.code} without a fault: ${end.failure.message} ${end.failure.code === "PLAN_INVALID" ? end.failure.stack : ""}`,
        );
      }
      const limitMs = longestMs(world.change);
      if (tookMs > limitMs + PATIENCE_MS / 2)
        this.#broken.push(`10 liveness: ${tookMs} ms, and ${limitMs} are enough`);
      if (this.#broken.length > 0) return;
    }
    if (!FINAL.has(this.#outcome()?.outcome ?? "")) {
      this.#broken.push(`10 liveness: no final outcome, but ${JSON.stringify(this.#outcome())}`);
    }
  }

  #outcome(): ChangeState["outcome"] {
    return replay(this.#world.change, this.#world.remote.events).outcome;
  }

  /** First retry, and only what stays then is put right by hand. */
  #nextWish(outcome: ChangeState["outcome"], endings: number): SessionOptions["wish"] {
    // Targets that stay broken are not mended by trying again.
    if (this.#isPastTrying(outcome) && endings > 2) return "rollback";
    if (outcome?.outcome !== "rollback-incomplete") return "run";
    return endings > ENDINGS_MAX / 2 ? "repaired" : "rollback";
  }

  /** Failed, or held by the plan because of what is true: no resume gets past that. */
  #isPastTrying(outcome: ChangeState["outcome"]): boolean {
    if (outcome?.reasonCode === "targets-failed") return true;
    const isIll = [...this.#world.fleet.targets.values()].some(({ sickness }) => sickness !== "none");
    return outcome?.reasonCode === "on-hold" && isIll;
  }

  async #waitForWindow(outcome: ChangeState["outcome"]): Promise<void> {
    const { change, clock } = this.#world;
    if (change.schedule === null || outcome === null) return;
    const leftMs = remainingMs(change.schedule, clock.now());
    const nextMs = nextOpening(change.schedule, clock.now() + leftMs, 30 * 24 * 3_600_000);
    if (nextMs !== null && outcome.reasonCode === "window-closed") await clock.sleep(nextMs - clock.now());
  }
}
