import { randomUUID } from "node:crypto";
import type { People, PersonCommand } from "../ports.ts";
import { COMMANDS, type CommandName } from "../report/commands.ts";
import type { ChangeState } from "../rollout/state.ts";
import { DoublePress } from "./double-press.ts";

/** The part of a terminal's input that is used; process.stdin is such. */
export interface KeyInput {
  setRawMode(isRaw: boolean): unknown;
  resume(): unknown;
  pause(): unknown;
  on(event: "data" | "error", listener: (chunk: Buffer) => void): unknown;
  off(event: "data" | "error", listener: (chunk: Buffer) => void): unknown;
}

export type KeysOptions = Readonly<{
  input: KeyInput;
  now: () => number;
  /** Who presses them. */
  by: string;
  role: string;
  /** The line below the board, asked for with each frame. */
  show: (line: () => string | null) => void;
  /** Why the change cannot do that now; null: it can. */
  refuse: (state: ChangeState, command: CommandName) => string | null;
  /** Whether the terminal is ours to change: not while we are in the background. */
  isForeground: () => boolean;
  /** Sends to the whole process group what the terminal would have sent, had we left it as it was. */
  raise: (signal: NodeJS.Signals) => void;
}>;

/** In raw mode the terminal sends no signals; it sends these instead. */
const SIGNALS: Readonly<Record<string, NodeJS.Signals>> = {
  "\u0003": "SIGINT",
  "\u001a": "SIGTSTP",
  "\u001c": "SIGQUIT",
};
const KEYS = COMMANDS.map(({ key, name }) => `[${key}] ${name}`).join("  ");
const IDLE = `${KEYS}  (each pressed twice)`;
const REFUSED_MS = 5_000;

/** A person at the terminal. `close` gives the terminal back as it was, and may be called again. */
export type Keys = People & Readonly<{ close(): void }>;

export function openKeys(options: KeysOptions): Keys {
  return new Keyboard(options);
}

class Keyboard implements Keys {
  readonly #options: KeysOptions;
  readonly #presses: DoublePress;
  #state: ChangeState | null = null;
  #onCommand: (command: PersonCommand) => void = () => {};
  #isRaw = false;
  #refused: NodeJS.Timeout | null = null;

  constructor(options: KeysOptions) {
    this.#options = options;
    const { now } = options;
    const onAsk = (command: CommandName | null) => this.#show(command);
    this.#presses = new DoublePress({ now, onAsk, onConfirm: (command) => this.#give(command) });
  }

  listen(state: ChangeState, onCommand: (command: PersonCommand) => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#state = state;
    this.#onCommand = onCommand;
    this.#options.input.on("error", this.#onError);
    process.on("exit", this.#release);
    process.on("SIGCONT", this.#onContinue);
    signal.addEventListener("abort", () => this.close(), { once: true });
    this.#seize();
  }

  close(): void {
    if (this.#state === null) return;
    this.#state = null;
    this.#presses.cancel();
    if (this.#refused !== null) clearTimeout(this.#refused);
    this.#release();
    // The error listener stays: a terminal that goes away may say so later.
    process.off("exit", this.#release);
    process.off("SIGCONT", this.#onContinue);
    this.#options.show(() => null);
  }

  #seize(): void {
    if (!this.#options.isForeground()) return;
    this.#isRaw = true;
    // Whoever was suspended believes itself in raw mode still: asked for what it has, it would do nothing.
    this.#options.input.setRawMode(false);
    this.#options.input.setRawMode(true);
    // Only now: to read in the background would stop us, too.
    this.#options.input.on("data", this.#onData);
    this.#options.input.resume();
    this.#show(null);
  }

  readonly #release = () => {
    if (!this.#isRaw) return;
    this.#options.input.setRawMode(false);
    this.#letGo();
  };

  #letGo(): void {
    this.#isRaw = false;
    this.#options.input.off("data", this.#onData);
    this.#options.input.pause();
  }

  /** The shell has had the terminal meanwhile, and may have put us into the background. */
  readonly #onContinue = () => {
    this.#letGo();
    this.#options.show(() => null);
    this.#seize();
  };

  readonly #onError = () => this.close();

  readonly #onData = (chunk: Buffer) => {
    const text = chunk.toString("utf8");
    const signal = [...text].map((char) => SIGNALS[char]).find((found) => found !== undefined);
    if (signal === undefined) return this.#presses.press(text);
    this.#presses.cancel();
    if (signal === "SIGTSTP") this.#release();
    this.#options.raise(signal);
  };

  #show(asked: CommandName | null): void {
    if (this.#state === null) return;
    if (asked === null) return this.#options.show(() => this.#idle());
    const why = this.#options.refuse(this.#state, asked);
    if (why !== null) return this.#explain(why);
    const told = COMMANDS.find(({ name }) => name === asked)!;
    const line = `Press ${told.key} again: ${asked} ${told.effect}. Any other key leaves it.`;
    this.#options.show(() => line);
  }

  /** With a question the board itself names the keys that answer it. */
  #idle(): string | null {
    return this.#state?.pause?.kind === "question" ? null : IDLE;
  }

  #explain(why: string): void {
    this.#presses.cancel();
    this.#options.show(() => why);
    if (this.#refused !== null) clearTimeout(this.#refused);
    this.#refused = setTimeout(() => this.#show(null), REFUSED_MS).unref();
  }

  #give(command: CommandName): void {
    if (this.#state === null) return;
    const why = this.#options.refuse(this.#state, command);
    if (why !== null) return this.#explain(why);
    const { by, role } = this.#options;
    this.#onCommand({ command, by, role, id: randomUUID() });
  }
}
