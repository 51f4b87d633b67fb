import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Fleet } from "../../src/demo/fleet.ts";
import { EXAMPLES, isRunning, makeFolder, readPid, removeFolder, runStep, until } from "./stage.ts";

const NAMES = ["web-01", "web-02", "web-03"];

let folder: string;
let fleet: Fleet | null;

beforeEach(async () => {
  folder = await makeFolder();
  fleet = null;
});
afterEach(async () => {
  await fleet?.stop();
  await removeFolder(folder);
});

async function start(): Promise<Fleet> {
  const plan = { examples: EXAMPLES, repository: folder, names: NAMES, release: "1.0", legacy: "web-02" };
  fleet = await Fleet.start(plan);
  return fleet;
}

async function askHealth(name: string): Promise<number> {
  const service = fleet?.services.find((one) => one.name === name);
  return (await fetch(`http://127.0.0.1:${service?.port}/healthz`)).status;
}

const healthOfAll = () => Promise.all(NAMES.map(askHealth));

describe("the fleet", () => {
  it("serves its first release, each service on a port of its own", async () => {
    const { services } = await start();
    expect(new Set(services.map(({ port }) => port)).size).toBe(3);
    expect(await fleet?.readVersions()).toEqual(new Map(NAMES.map((name) => [name, "1.0"])));
    expect(await healthOfAll()).toEqual([200, 200, 200]);
  });

  it("restarts one service in place, and only that one", async () => {
    await start();
    const pid = readPid(folder, "web-01");
    await runStep(folder, "sh ops/install web-01 2.0");
    const versions = await fleet?.readVersions();
    expect([...(versions ?? [])]).toEqual([
      ["web-01", "2.0"],
      ["web-02", "1.0"],
      ["web-03", "1.0"],
    ]);
    expect(readPid(folder, "web-01")).toBe(pid);
  });

  it("has one host on which 3.0 is not healthy, by that host's own configuration", async () => {
    await start();
    await Promise.all(NAMES.map((name) => runStep(folder, `sh ops/install ${name} 3.0`)));
    expect(await healthOfAll()).toEqual([200, 503, 200]);

    await runStep(folder, "sh ops/install web-02 2.0");
    expect(await healthOfAll()).toEqual([200, 200, 200]);

    await writeFile(path.join(folder, "fleet/web-02/config.json"), '{ "payments": "current" }\n');
    await runStep(folder, "sh ops/install web-02 3.0");
    expect(await healthOfAll()).toEqual([200, 200, 200]);
  });

  it("takes the same install twice, and one over a half-done one", async () => {
    await start();
    await runStep(folder, "sh ops/install web-01 2.0 && sh ops/install web-01 2.0");
    await writeFile(path.join(folder, "fleet/web-01/release"), "3.0\n"); // killed before the restart
    await runStep(folder, "sh ops/install web-01 2.0");
    expect(await runStep(folder, "cat fleet/web-01/release")).toBe("2.0\n");
    expect((await fleet?.readVersions())?.get("web-01")).toBe("2.0");
  });

  it("leaves no process when it is stopped, and may be stopped twice", async () => {
    await start();
    const pids = NAMES.map((name) => readPid(folder, name));
    expect(pids.map(isRunning)).toEqual([true, true, true]);
    await fleet?.stop();
    await fleet?.stop();
    expect(pids.map(isRunning)).toEqual([false, false, false]);
  });

  it("says what went wrong when a service does not start, and leaves the others no process", async () => {
    const examples = path.join(folder, "broken");
    await mkdir(examples);
    await writeFile(path.join(examples, "service.mjs"), 'throw new Error("no such luck");\n');
    const plan = { examples, repository: folder, names: NAMES, release: "1.0", legacy: "web-02" };
    await expect(Fleet.start(plan)).rejects.toThrow("no such luck");
  });
});

describe("a service", () => {
  it("ends with the process that started it, even where that one is killed outright", async () => {
    const home = path.join(folder, "fleet/web-01");
    await mkdir(home, { recursive: true });
    await writeFile(path.join(home, "release"), "1.0\n");
    await writeFile(path.join(home, "config.json"), "{}\n");
    const script = `require("child_process").spawn(process.execPath, ${JSON.stringify([
      path.join(EXAMPLES, "service.mjs"),
      home,
    ])}, { stdio: ["ignore", "ignore", "ignore", "ipc"] }); setInterval(() => {}, 1e6);`;
    const parent = spawn(process.execPath, ["-e", script], { stdio: "ignore" });
    const ended = once(parent, "exit");
    try {
      await until(() => existsSync(path.join(home, "pid")));
      expect(isRunning(readPid(folder, "web-01"))).toBe(true);
    } finally {
      parent.kill("SIGKILL");
      await ended;
    }
    const pid = readPid(folder, "web-01");
    try {
      await until(() => !isRunning(pid));
    } finally {
      if (isRunning(pid)) process.kill(pid, "SIGKILL");
    }
  });
});
