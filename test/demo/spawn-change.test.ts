import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { spawnChange } from "../../src/demo/spawn-change.ts";
import { until } from "./stage.ts";

let folder: string;
let program: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), "change-deploy-spawn-")));
  program = path.join(folder, "program.cjs");
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const place = (signal: AbortSignal) => ({ cwd: folder, env: { PATH: process.env.PATH ?? "" }, signal });
const readSeen = () => readFile(path.join(folder, "seen"), "utf8").catch(() => "");

describe("spawnChange", () => {
  it("starts the program in that place and gives its exit code", async () => {
    await writeFile(
      program,
      'require("fs").writeFileSync("seen", process.argv.slice(2).join(" ")); process.exit(3);\n',
    );
    const change = spawnChange({ toStderr: true, flags: ["--plain"], program });
    expect(await change(["run", "plan.yml"], place(new AbortController().signal))).toBe(3);
    expect(await readSeen()).toBe("run plan.yml --plain");
  });

  it("passes SIGTERM on, and waits until the program has gone", async () => {
    await writeFile(
      program,
      `const { writeFileSync } = require("fs");
      process.on("SIGTERM", () => { writeFileSync("seen", "told"); process.exit(5); });
      writeFileSync("seen", "ready");
      setInterval(() => {}, 1e6);\n`,
    );
    const stop = new AbortController();
    const code = spawnChange({ toStderr: true, program })([], place(stop.signal));
    await until(async () => (await readSeen()) === "ready");
    stop.abort("SIGTERM");
    expect(await code).toBe(5);
    expect(await readSeen()).toBe("told");
  });

  it("takes a program that dies by a signal for failed", async () => {
    await writeFile(program, 'process.kill(process.pid, "SIGKILL");\n');
    expect(await spawnChange({ toStderr: true, program })([], place(new AbortController().signal))).toBe(1);
  });
});
