import { COMMANDS, type CommandName } from "../report/commands.ts";

const CONFIRM_MS = 5_000;
/** Fingers are slower: what comes faster is a key that is held down, or a text that was pasted. */
const REPEAT_MS_MAX = 80;
/** So long after the second press nothing may follow: a key that is held down goes on. */
const QUIET_MS = 120;

export type PressOptions = Readonly<{
  now: () => number;
  /** What a first press asks for; null: nothing is asked any more. */
  onAsk: (command: CommandName | null) => void;
  onConfirm: (command: CommandName) => void;
}>;

/** Keys that mean something when they are pressed twice, on purpose: within 5 s, and not by a held-down key. */
export class DoublePress {
  readonly #options: PressOptions;
  #asked: CommandName | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isSure = false;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(options: PressOptions) {
    this.#options = options;
  }

  /** `text` is what came in one piece. */
  press(text: string): void {
    const nowMs = this.#options.now();
    const isRepeat = nowMs - this.#lastMs < REPEAT_MS_MAX || text.length > 1;
    this.#lastMs = nowMs;
    const command = isRepeat ? null : commandOf(text);
    if (command === null || this.#isSure) return this.cancel();
    if (this.#asked !== command) return this.#ask(command);
    this.#isSure = true;
    this.#setTimer(QUIET_MS, () => {
      this.cancel();
      this.#options.onConfirm(command);
    });
  }

  cancel(): void {
    this.#clearTimer();
    this.#isSure = false;
    if (this.#asked === null) return;
    this.#asked = null;
    this.#options.onAsk(null);
  }

  #ask(command: CommandName): void {
    this.#asked = command;
    this.#setTimer(CONFIRM_MS, () => this.cancel());
    this.#options.onAsk(command);
  }

  #setTimer(ms: number, then: () => void): void {
    this.#clearTimer();
    this.#timer = setTimeout(then, ms);
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

function commandOf(text: string): CommandName | null {
  const pressed = text.toLowerCase();
  return COMMANDS.find(({ key }) => key === pressed)?.name ?? null;
}
