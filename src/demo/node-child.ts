import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Prop } from "./prop.ts";

const STOP_MS_MAX = 2_000;
const STDERR_CHARS_MAX = 2_000;

/** A script of the demo in a process of its own. It ends with this process, however this one ends. */
export class NodeChild implements Prop {
  readonly #process: ChildProcess;
  readonly #name: string;
  #stderr = "";

  constructor(file: string, args: readonly string[], name: string) {
    const { NODE_OPTIONS: _, ...env } = process.env;
    this.#name = name;
    // The fourth stream is the tie: node closes it when this process is gone, and the script then exits.
    const stdio = ["ignore", "ignore", "pipe", "ipc"] as const;
    this.#process = spawn(process.execPath, [file, ...args], { env, stdio: [...stdio] });
    this.#process.on("error", (error) => this.#keep(error.message));
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => this.#keep(text));
  }

  get alive(): boolean {
    const { pid, exitCode, signalCode } = this.#process;
    return pid !== undefined && exitCode === null && signalCode === null;
  }

  send(message: string): void {
    if (this.alive && this.#process.connected) this.#process.send(message);
  }

  /** The next message. Throws, with what the script printed, when it ends or stays silent. */
  async message(waitMs: number): Promise<unknown> {
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(new Error(`no answer within ${waitMs} ms`)), waitMs);
    const wait = (event: string) => once(this.#process, event, { signal: over.signal });
    try {
      const ended = this.alive ? wait("exit") : Promise.resolve([]);
      const first = await Promise.race([wait("message"), ended.then(() => [])]);
      if (first.length === 0) throw new Error("it ended");
      return first[0];
    } catch (cause) {
      throw new Error(`${this.#name} does not work: ${this.#stderr || String(cause)}`, { cause });
    } finally {
      clearTimeout(timer);
      over.abort();
    }
  }

  async stop(): Promise<void> {
    if (!this.alive) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    const force = setTimeout(() => this.#process.kill("SIGKILL"), STOP_MS_MAX);
    await ended;
    clearTimeout(force);
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  #keep(text: string): void {
    this.#stderr = (this.#stderr + text).slice(-STDERR_CHARS_MAX);
  }
}
