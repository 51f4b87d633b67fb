import { offAbort, onAbort } from "../on-abort.ts";
import type { CommandCall, CommandResult, Commands, ReceiptAnswer } from "../ports.ts";
import { isGood } from "./backups.ts";
import { type Course, drawStep, type Ending, isRemote } from "./course.ts";
import type { Place } from "./fleet.ts";
import type { Life } from "./life.ts";
import type { Machine } from "./machine.ts";
import { type Meaning, meaningOf } from "./meaning.ts";
import type { Session } from "./session.ts";
import { Stop } from "./virtual-clock.ts";
import type { Running, World } from "./world.ts";

const QUICK_MS = 10;
const DOWN_MS = 20_000;

/** Commands as one process starts them; what has been started goes on without it. */
export class SimCommands implements Commands {
  readonly #world: World;
  readonly #session: Session;
  readonly #machine: Machine;
  readonly #life: Life;
  readonly #provesAbsence: boolean;

  constructor(world: World, session: Session) {
    this.#world = world;
    this.#session = session;
    this.#machine = session.machine;
    this.#life = session.life;
    this.#provesAbsence = session.machine.disk.keepsReceipts;
  }

  async run(call: CommandCall, signal: AbortSignal): Promise<CommandResult> {
    await this.#life.pass(undefined);
    const meaning = meaningOf(this.#world.change, call);
    this.#world.watcher.onCommand(call, meaning, this.#session);
    const result =
      meaning.kind === "step"
        ? await this.#runStep(call, meaning.place, signal)
        : await this.#runQuickly(call, meaning, signal);
    return this.#life.pass(result);
  }

  async probe(call: CommandCall, signal: AbortSignal): Promise<ReceiptAnswer> {
    await this.#life.pass(undefined);
    const running = this.#world.running.get(call.id!);
    if (running === undefined) await this.#world.clock.sleep(QUICK_MS, signal);
    else await this.#outlast(call, running, signal);
    return this.#life.pass(this.#receiptsOf(call).get(call.id!) ?? this.#absent(call));
  }

  /** Only where receipts have been kept since before this process came does a missing one prove something. */
  #absent(call: CommandCall): ReceiptAnswer {
    const isProven = this.#provesAbsence || isRemote(call, this.#world.change);
    return isProven ? { kind: "unstarted" } : { kind: "interrupted", detail: "no receipts from that time" };
  }

  /** With ssh the target keeps it; otherwise the runner's disk. */
  #receiptsOf(call: CommandCall): Map<string, ReceiptAnswer> {
    return isRemote(call, this.#world.change) ? this.#world.receipts : this.#machine.disk.receipts;
  }

  async #runStep(call: CommandCall, place: Place, signal: AbortSignal): Promise<CommandResult> {
    const world = this.#world;
    const course = { ...drawStep(place, call, world), ...world.decree(place, call) };
    world.fleet.marksOf(place).begun |= 1 << place.step;
    if (course.ending.kind === "not-started") {
      await world.clock.sleep(course.ms, signal);
      return resultOf(course.ending, course.ms);
    }
    const startedMs = world.clock.now();
    const stop = new Stop();
    this.#machine.running.add(stop);
    this.#machine.disk.keepsReceipts = true;
    const execution = this.#execute(call, { place, course, stop });
    world.running.set(call.id!, { ending: execution, stop });
    const ending = await this.#see(call, { ending: execution, stop, cutMs: course.cutMs }, signal);
    if (world.isOneLife && ending !== CUT) this.#receiptsOf(call).delete(call.id!);
    return resultOf(ending, world.clock.now() - startedMs);
  }

  /**
   * The command's end, or that it is out of sight. Ends it once it is cancelled, unless its target is out of
   * reach then: it goes on, and nobody knows.
   */
  async #see(
    call: CommandCall,
    { ending, stop, cutMs }: Running & Pick<Course, "cutMs">,
    signal: AbortSignal,
  ): Promise<Ending> {
    const { clock, isOneLife } = this.#world;
    let lose: (ending: Ending) => void = () => {};
    const cancel = () => (this.#isCut(call) ? lose(CUT) : stop.stop());
    onAbort(signal, cancel);
    try {
      // A race costs three promises, a hundred thousand times over.
      if (isOneLife && cutMs === null) return await ending;
      const lost = new Promise<Ending>((resolve) => {
        lose = resolve;
      });
      if (cutMs !== null) clock.sleep(cutMs).then(() => lose(CUT));
      return await Promise.race([ending, lost]);
    } finally {
      offAbort(signal, cancel);
    }
  }

  #isCut(call: CommandCall): boolean {
    const { random, faults, change } = this.#world;
    return isRemote(call, change) && random.chance(faults.cut);
  }

  /** Waits for a command of another process; who is cancelled meanwhile ends it. */
  async #outlast(call: CommandCall, running: Running, signal: AbortSignal): Promise<void> {
    if (signal.aborted) running.stop.stop();
    await this.#see(call, { ...running, cutMs: null }, signal);
  }

  /** The command itself, which nobody has to wait for. */
  async #execute(
    call: CommandCall,
    { place, course, stop }: Readonly<{ place: Place; course: Course; stop: Stop }>,
  ): Promise<Ending> {
    const world = this.#world;
    const receipts = this.#receiptsOf(call);
    receipts.set(call.id!, { kind: "interrupted", detail: "it left no status" });
    world.fleet.begin(place);
    await world.clock.sleepUntilStopped(course.ms, stop);
    this.#machine.running.delete(stop);
    world.running.delete(call.id!);
    if (stop.isStopped) {
      world.fleet.end(place, world.random.pick(["none", "half"] as const), call.env);
      return { kind: "cancelled" };
    }
    world.fleet.end(place, course.extent, call.env);
    if (place.scope === "each") this.#afflict(place);
    if (course.extent === "all" && place.scope === "restore") {
      const content = this.#machine.disk.files.get(call.env.BACKUP_FILE ?? "");
      world.fleet.restoreData(isGood(content) && !world.backups.isOutdated(content));
    }
    if (course.isReboot && place.target !== null) {
      world.fleet.truthOf(place.target).downUntilMs = world.clock.now() + DOWN_MS;
    }
    const code = course.ending.kind === "exited" ? course.ending.code : 124;
    if (code === 0 && place.direction === "undo") world.fleet.marksOf(place).begun &= ~(1 << place.step);
    if (course.hasReceipt) receipts.set(call.id!, { kind: "finished", code, ms: course.ms });
    return course.ending;
  }

  /** Whether the new version works on a target shows once it is there, and is over once it is not. */
  #afflict({ target }: Place): void {
    const { fleet, random, faults } = this.#world;
    const truth = fleet.truthOf(target!);
    if (!fleet.isOnNew(truth)) truth.sickness = "none";
    else if (random.chance(faults.bad)) truth.sickness = random.chance(faults.flap) ? "flapping" : "sick";
  }

  async #runQuickly(call: CommandCall, meaning: Meaning, signal: AbortSignal): Promise<CommandResult> {
    await this.#world.clock.sleep(QUICK_MS, signal);
    if (signal.aborted) return resultOf({ kind: "cancelled" }, QUICK_MS);
    const answer = this.#answer(call, meaning);
    return resultOf({ kind: "exited", code: answer === null ? 1 : 0 }, QUICK_MS, answer ?? "");
  }

  /** What it prints; null: it failed. */
  #answer(call: CommandCall, meaning: Meaning): string | null {
    const { fleet, faults, random, clock } = this.#world;
    switch (meaning.kind) {
      case "version": {
        const truth = fleet.truthOf(call.target!.name);
        const isAway = truth.downUntilMs > clock.now() || random.chance(faults.unreadable);
        return isAway ? null : truth.version;
      }
      case "active":
        return random.chance(faults.active) ? null : (fleet.live ?? "");
      case "backup":
        return this.#world.backups.carryOut(meaning, call.env.BACKUP_FILE ?? "", this.#machine.disk);
      default:
        return "";
    }
  }
}

const CUT: Ending = { kind: "lost", reason: "the connection was cut" };

function resultOf(ending: Ending, ms: number, stdout = ""): CommandResult {
  const isFine = ending.kind === "exited" && ending.code === 0;
  return { ms, tail: isFine ? "" : "it broke", stdout, ending };
}
