import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { vi } from "vitest";
import { freePort } from "./sshd.ts";

const HOME = "/usr/lib/postgresql";
const BIN = path.join(HOME, newest(), "bin");

export const missingForPostgres = (): string | null => (newest() === "" ? "postgresql" : null);

/** Debian keeps its versions side by side. */
function newest(): string {
  try {
    return readdirSync(HOME).sort((a, b) => Number(b) - Number(a))[0] ?? "";
  } catch {
    return "";
  }
}

/** A server of its own, reached by a socket in its folder and by no network. */
export class Postgres {
  readonly env: Readonly<Record<string, string>>;
  readonly #folder: string;
  readonly #as: { uid?: number; gid?: number };
  #server: ChildProcess | null = null;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    // It refuses to be root, so there it is the user whom the package has made.
    this.#as = process.getuid?.() === 0 ? { uid: idOf("-u"), gid: idOf("-g") } : {};
    const user = process.getuid?.() === 0 ? "postgres" : os.userInfo().username;
    this.env = { PGHOST: folder, PGPORT: String(port), PGUSER: user, PGCONNECT_TIMEOUT: "5" };
  }

  static async open(): Promise<Postgres> {
    const made = new Postgres(mkdtempSync(path.join(os.tmpdir(), "pg-")), await freePort());
    if (made.#as.uid !== undefined) chownSync(made.#folder, made.#as.uid, made.#as.gid ?? 0);
    const words = ["-D", made.#data, "-A", "trust", "-U", made.env.PGUSER ?? "", "--no-sync", "-E", "UTF8"];
    execFileSync(path.join(BIN, "initdb"), words, { ...made.#as, cwd: made.#folder, stdio: "ignore" });
    await made.start();
    return made;
  }

  get #data(): string {
    return path.join(this.#folder, "data");
  }

  async start(): Promise<void> {
    const { PGPORT = "" } = this.env;
    const settings = ["-k", this.#folder, "-p", PGPORT, "-c", "listen_addresses=", "-c", "fsync=off"];
    const server = spawn(path.join(BIN, "postgres"), ["-D", this.#data, ...settings], {
      ...this.#as,
      cwd: this.#folder,
      stdio: "ignore",
    });
    this.#server = server;
    process.once("exit", () => server.kill("SIGQUIT"));
    await vi.waitFor(() => this.run("select 1", "postgres"), { timeout: 30_000, interval: 100 });
  }

  /** At once, sessions and all, as a machine does that loses its power. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === null || server.exitCode !== null) return;
    const gone = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGQUIT");
    await gone;
    this.#server = null;
  }

  run(sql: string, database = "shop"): string {
    const words = ["--no-align", "--tuples-only", "--quiet", "--set", "ON_ERROR_STOP=1", "--command", sql];
    const env = { ...process.env, ...this.env };
    const limits = {
      encoding: "utf8",
      maxBuffer: 64 * 1_048_576,
      stdio: ["ignore", "pipe", "pipe"],
    } as const;
    return execFileSync("psql", [...words, database], { ...limits, stdio: [...limits.stdio], env });
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const idOf = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
