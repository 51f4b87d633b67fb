import { chmod, mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { Clock, People, PersonCommand } from "../../ports.ts";
import type { ChangeState } from "../../rollout/state.ts";
import { readWhole, spoolFiles, type ToldAnswer, ToldCommand, writeWhole } from "./spool-file.ts";

export type Judgement =
  | Readonly<{ ok: true; command: PersonCommand }>
  | Readonly<{ ok: false; why: string; hint: string | null }>;

export type SpoolOptions = Readonly<{
  folder: string;
  clock: Clock;
  /** Whether it may be carried out, by whom, and in which state. */
  judge: (state: ChangeState, told: ToldCommand) => Judgement;
  say: (line: string) => void;
}>;

const POLL_MS = 1_000;
/** More than so many at once are no people. */
const TAKEN_AT_ONCE_MAX = 20;
/** Older words were meant for another moment: whoever said them waited seconds for an answer. */
const AGE_MS_MAX = 60_000;
const RECORD_POLL_MS = 20;
const RECORD_POLLS_MAX = 250;

/**
 * Commands that other processes leave in a folder which only this user can write to. Each is taken once,
 * answered when the journal has it, and never carried out again: not by this process, nor by the next one.
 */
export function takeCommands(options: SpoolOptions): People {
  return {
    listen(state, onCommand, signal) {
      const taker = new Taker({ ...options, state, onCommand, signal });
      taker.watch().catch((error) => options.say(`Commands of \`tell\` are not heard any more: ${error}`));
    },
  };
}

type Scene = SpoolOptions &
  Readonly<{ state: ChangeState; onCommand: (command: PersonCommand) => void; signal: AbortSignal }>;

class Taker {
  readonly #scene: Scene;
  readonly #handedOn = new Set<string>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  async watch(): Promise<void> {
    const { clock, signal } = this.#scene;
    await this.#open();
    while (!signal.aborted) {
      for (const id of await this.#list()) await this.#take(id);
      await clock.sleep(POLL_MS, signal);
    }
    // Who has just missed the end is told so instead of waiting for somebody who has left.
    for (const id of await this.#list()) await this.#take(id);
  }

  /** A folder from elsewhere may be open to others: that is put right before anything in it is believed. */
  async #open(): Promise<void> {
    const { folder } = this.#scene;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    const names = await readdir(folder);
    const left = names.filter((name) => name.startsWith(".") || name.endsWith(".answer"));
    for (const name of left) await rm(path.join(folder, name), { force: true, recursive: true });
  }

  /** What is taken already was left by a process that died before it could answer. */
  async #list(): Promise<readonly string[]> {
    const names = await readdir(this.#scene.folder);
    const ids = names.flatMap((name) => /^([0-9a-f-]{36})\.(?:json|taken)$/.exec(name)?.[1] ?? []);
    return [...new Set(ids)].slice(0, TAKEN_AT_ONCE_MAX);
  }

  async #take(id: string): Promise<void> {
    const files = spoolFiles(this.#scene.folder, id);
    // Fails where it was withdrawn in the same moment, or taken before.
    await rename(files.said, files.taken).catch(() => {});
    const told = await readWhole(files.taken, ToldCommand);
    await writeWhole(files.answer, await this.#answer(id, told)).catch((error) =>
      this.#scene.say(`${error}`),
    );
    await rm(files.taken, { force: true, recursive: true });
  }

  async #answer(id: string, told: ToldCommand | null): Promise<ToldAnswer> {
    const { state, judge, signal, onCommand } = this.#scene;
    if (told === null || told.id !== id) return refuse("It is no command that this version understands.");
    const judged = judge(state, told);
    const isKnown = this.#handedOn.has(id) || state.commandIds.has(id);
    if (isKnown) return { ok: true, role: judged.ok ? judged.command.role : "" };
    if (Date.now() - told.atMs > AGE_MS_MAX) return refuse("It was said too long ago.");
    if (signal.aborted) return refuse("The process has just ended its work on the change.");
    if (!judged.ok) return judged;
    this.#handedOn.add(id);
    onCommand(judged.command);
    await this.#waitForRecord(id);
    return { ok: true, role: judged.command.role };
  }

  /** Until the engine has picked it up, which takes no longer than what it does at the moment. */
  async #waitForRecord(id: string): Promise<void> {
    const { state, clock, signal } = this.#scene;
    for (let polls = 0; polls < RECORD_POLLS_MAX; polls++) {
      if (state.commandIds.has(id) || signal.aborted) return;
      await clock.sleep(RECORD_POLL_MS, signal);
    }
  }
}

function refuse(why: string): ToldAnswer {
  return { ok: false, why, hint: null };
}
