import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { cp, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { devNull, tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { ChangeError } from "../errors.ts";
import type { Service } from "./fleet.ts";
import type { Prop } from "./prop.ts";

const GIT_MS_MAX = 20_000;
const GIT_OUTPUT_BYTES_MAX = 4 * 1024 * 1024;
const IGNORED = ["fleet/", "pool/", ".change-deploy/"];

/** A temporary folder with a git repository of its own, in which nothing of the machine's git shows. */
export class Workspace implements Prop {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;

  private constructor(folder: string) {
    this.folder = folder;
    this.env = demoEnvironment(process.env);
  }

  static async create(examples: string): Promise<Workspace> {
    // The real path: on some systems the folder for temporary files is a link.
    const folder = await realpath(await mkdtemp(path.join(tmpdir(), "change-deploy-demo-")));
    const workspace = new Workspace(folder);
    try {
      await cp(examples, folder, { recursive: true });
      await writeFile(path.join(folder, ".gitignore"), `${IGNORED.join("\n")}\n`);
      await workspace.git(["-c", "init.defaultBranch=main", "init", "--quiet"]);
      await workspace.git(["config", "user.name", "Demo"]);
      await workspace.git(["config", "user.email", "demo@example.invalid"]);
      return workspace;
    } catch (error) {
      await workspace.stop();
      throw error;
    }
  }

  /** Says where the services are, and commits everything: plans are files of a repository. */
  async commit(services: readonly Service[]): Promise<void> {
    const lines = services.map(({ name, port }) => `- { name: ${name}, host: "${port}" }\n`);
    await writeFile(path.join(this.folder, "hosts.yml"), lines.join(""));
    await this.git(["add", "--all"]);
    await this.git(["commit", "--quiet", "--message", "Plans for the web shop"]);
  }

  async git(args: readonly string[]): Promise<string> {
    const limits = { timeout: GIT_MS_MAX, maxBuffer: GIT_OUTPUT_BYTES_MAX };
    try {
      const options = { cwd: this.folder, env: this.env, ...limits };
      return (await promisify(execFile)("git", [...args], options)).stdout;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
      const hint = "Install git; the demo needs nothing else.";
      throw new ChangeError("GIT_MISSING", "There is no git program.", { cause, hint });
    }
  }

  async stop(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  kill(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Without this machine's git settings, and without the GitHub run that the demo may be part of. */
function demoEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !/^(GIT|GITHUB|INPUT)_/.test(entry[0]),
  );
  return { ...Object.fromEntries(kept), GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: "1" };
}
