import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { isHere } from "./needs.ts";
import { call, commandsTo, never, targetAt } from "./setup.ts";
import { childrenOf, missingForSsh, type Sshd, startSshd } from "./sshd.ts";

const isComplete = isHere("faults of ssh", missingForSsh());

const MEBIBYTE = 1_048_576;
let sshd: Sshd;
const opened: ReturnType<typeof commandsTo>["commands"][] = [];
const open = (more: Parameters<typeof commandsTo>[1] = {}) => {
  const made = commandsTo(sshd, { fencingToken: 2, ...more });
  opened.push(made.commands);
  return made;
};
const workspaces = () => readdirSync(os.tmpdir()).filter((name) => name.startsWith("change-deploy-ssh-"));
/** The ssh clients that run in a workspace of ours. */
const clients = () =>
  readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      return line.startsWith("ssh\0") && line.includes(`\0${sshd.port}\0`);
    } catch {
      return false;
    }
  });

describe.skipIf(!isComplete)("what goes wrong with ssh", () => {
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((commands) => commands.endAll()));
    await vi.waitFor(() => expect([...clients(), ...childrenOf(sshd.pid)]).toEqual([]), { timeout: 15_000 });
  });
  afterAll(() => sshd?.stop());

  it("a killed runner leaves no key, and its step's ending to whoever asks", async () => {
    const known = new Set(workspaces());
    const [file, mark] = [path.join(sshd.folder, "sshd.json"), path.join(sshd.home, "ran")];
    writeFileSync(file, JSON.stringify(sshd));
    const id = randomUUID();
    const script = `echo x >>'${mark}'; sleep 2; exit 7`;
    const runner = spawn(process.execPath, [
      path.join(import.meta.dirname, "ssh-runner.ts"),
      file,
      id,
      script,
    ]);
    await vi.waitFor(() => expect(existsSync(mark)).toBe(true), { timeout: 15_000, interval: 20 });
    const [workspace = ""] = workspaces().filter((name) => !known.has(name));
    expect(existsSync(path.join(os.tmpdir(), workspace, "key"))).toBe(true);
    runner.kill("SIGKILL");
    await vi.waitFor(() => expect(workspaces().filter((name) => !known.has(name))).toEqual([]), 10_000);

    const { commands } = open();
    const answer = await commands.probe(call(script, { id }), never);
    expect(answer).toMatchObject({ kind: "finished", code: 7 });
    expect(readFileSync(mark, "utf8")).toBe("x\n");
  });

  it("a step that daemonises ends, and what it started lives on", async () => {
    const { commands, lines } = open();
    const script = "sleep 300 & echo $! ; setsid sleep 301 </dev/null >/dev/null 2>&1 & echo $!";
    const result = await commands.run(call(script, { id: randomUUID() }), never);
    expect(result.ending).toEqual({ kind: "exited", code: 0 });
    expect(lines.join()).toContain("keeps this command's output open");
    for (const pid of result.stdout.split("\n")) process.kill(Number(pid), "SIGKILL");
  });

  it("a step that prints 200 MB takes no more memory than its last lines", async () => {
    const { commands } = open();
    await commands.run(call("true"), never);
    let mostBytes = 0;
    const rssBefore = process.memoryUsage.rss();
    const timer = setInterval(() => {
      mostBytes = Math.max(mostBytes, process.memoryUsage.rss() - rssBefore);
    }, 20);
    const script = "head -c 209715200 /dev/zero | tr '\\0' x | fold -w 100; echo; echo last";
    const result = await commands.run(call(script, { id: randomUUID(), timeoutMs: 60_000 }), never);
    clearInterval(timer);
    expect(result.ending).toEqual({ kind: "exited", code: 0 });
    expect(result.tail.endsWith("last")).toBe(true);
    expect(result.tail.length).toBeLessThanOrEqual(2_000);
    process.stdout.write(
      `200 MB of output: ${Math.round(mostBytes / MEBIBYTE)} MiB more than before, ${result.ms} ms\n`,
    );
    expect(mostBytes).toBeLessThan(160 * MEBIBYTE);
  });

  it("a full disk on the target keeps a step from starting, and says so", async () => {
    const disk = ["-t", "tmpfs", "-o", "size=64k", "tmpfs", sshd.home];
    if (spawnSync("mount", disk).status !== 0) {
      return void process.stdout.write("a full disk is not tested: no right to mount one here\n");
    }
    try {
      const { commands } = open();
      const run = () => commands.run(call("true", { id: randomUUID() }), never);
      await commands.run(call("cat /dev/zero >~/filler || :"), never);
      expect((await run()).ending).toEqual({
        kind: "not-started",
        reason: "its receipt could not be written (disk full?)",
      });
      rmSync(path.join(sshd.home, "filler"));
      expect((await run()).ending).toEqual({ kind: "exited", code: 0 });
    } finally {
      spawnSync("umount", ["-l", sshd.home]);
    }
  });

  it("a timeout ends the processes on the target, heedless ones too", async () => {
    const { commands } = open();
    const script = "trap '' TERM; echo $$; while :; do sleep 1; done";
    const result = await commands.run(call(script, { id: randomUUID(), timeoutMs: 1_000 }), never);
    expect(result.ending).toEqual({ kind: "timed-out" });
    expect(existsSync(`/proc/${result.stdout}`)).toBe(false);
  });

  it("a cancelled run ends the processes on the target within two seconds", async () => {
    const { commands, lines } = open();
    const running = commands.run(call("echo $$; sleep 60", { id: randomUUID() }), never);
    await vi.waitFor(() => expect(lines).toHaveLength(1), { timeout: 10_000 });
    const startedMs = performance.now();
    await commands.endAll();
    const ms = Math.round(performance.now() - startedMs);
    expect((await running).ending).toEqual({ kind: "cancelled" });
    expect(existsSync(`/proc/${lines[0]?.split(" ")[1]}`)).toBe(false);
    process.stdout.write(`cancelled, and every connection closed: ${ms} ms\n`);
  });

  it("killing everything leaves neither a client nor the key", async () => {
    const known = new Set(workspaces());
    const { commands, lines } = open();
    const running = commands.run(call("echo $$; sleep 60", { id: null, timeoutMs: 2_000 }), never);
    await vi.waitFor(() => expect(lines).toHaveLength(1), { timeout: 10_000 });
    commands.killAll();
    expect(workspaces().filter((name) => !known.has(name))).toEqual([]);
    await running;
    await vi.waitFor(() => expect(clients()).toEqual([]), { timeout: 5_000 });
    // Nobody was left to end it but the target itself.
    const pid = lines[0]?.split(" ")[1];
    await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), { timeout: 15_000 });
  });

  it("more targets than connections may be open share them, and every step runs once", async () => {
    const { commands } = open({ mastersMax: 8, changeKey: "CHG-many" });
    let most = 0;
    const timer = setInterval(() => {
      most = Math.max(
        most,
        clients().filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("ControlMaster=yes"))
          .length,
      );
    }, 50);
    const mark = path.join(sshd.home, "many");
    const hosts = Array.from({ length: 60 }, (_, i) => targetAt(i + 1));
    const script = `echo "$TARGET_NAME" >>'${mark}'`;
    const results = await Promise.all(
      hosts.map((target) =>
        commands.run(call(script, { id: randomUUID(), target, env: { TARGET_NAME: target.name } }), never),
      ),
    );
    clearInterval(timer);
    expect(results.filter(({ ending }) => ending.kind !== "exited")).toEqual([]);
    expect(readFileSync(mark, "utf8").trim().split("\n").sort()).toEqual(
      hosts.map(({ name }) => name).sort(),
    );
    expect(most).toBeLessThanOrEqual(8);
  });
});
