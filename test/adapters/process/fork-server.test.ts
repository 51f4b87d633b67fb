import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { quoteWord } from "../../../src/quote-word.ts";
import { call, commandsIn, endLeftovers, env, folder, leftovers, never } from "./setup.ts";

const opened: { endAll(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((commands) => commands.endAll()));
});

function forking(options = {}) {
  const all = commandsIn({ directRuns: 0, ...options });
  opened.push(all.commands);
  let n = 0;
  const run = (script: string, more = {}) => {
    n += 1;
    return all.commands.run(call(script, { id: `run ${n}`, ...more }), never);
  };
  return { ...all, run };
}

describe("a fork server", () => {
  it("starts one run after another, each in a process group of its own", async () => {
    const { run } = forking();
    const ids = [];
    for (let n = 0; n < 3; n += 1) {
      const { stdout } = await run("echo $PPID; cut -d' ' -f5 /proc/$$/stat; echo $$");
      ids.push(stdout.split("\n"));
    }
    expect(new Set(ids.map(([parent]) => parent)).size).toBe(1);
    expect(ids[0]?.[0]).not.toBe(`${process.pid}`);
    expect(ids.map(([, group]) => group)).toEqual(ids.map(([, , pid]) => pid));
    expect(new Set(ids.map(([, group]) => group)).size).toBe(3);
  });

  it("serves many at once, and tells their output apart", async () => {
    const { run } = forking();
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, n) => run(`echo ${n}; exit ${n + 100}`)),
    );
    expect(results.map((result) => result.stdout)).toEqual(results.map((_, n) => `${n}`));
    expect(results.map((result) => result.ending)).toEqual(
      results.map((_, n) => ({ kind: "exited", code: n + 100 })),
    );
  });

  it("gives a script the same environment as any other way", async () => {
    const own = { ...env, SHLVL: "7", OLDPWD: "/", "QUOTES'": `'"`, LINES_: "a\nb" };
    const { run } = forking({ env: own });
    const values = { TARGET_NAME: "it's $HOME `id` \\ \"\n", CHANGE_VERSION: "" };
    const sorted = ({ stdout }: { stdout: string }) => {
      const lines = stdout.split("\n").filter((line) => !/^(_|OLDPWD|CHANGE_DEPLOY_RUN)=/.test(line));
      return lines.sort();
    };
    const forked = await run("env", { env: values });
    const direct = await commandsIn({ env: own }).commands.run(call("env", { id: "x", env: values }), never);
    expect(sorted(forked)).toEqual(sorted(direct));
  });

  it.each([
    { BASH_ENV: "/etc/passwd" },
    { TMOUT: "1" },
    { IFS: "x" },
    { "A.B": "1" },
    { SHELLOPTS: "xtrace" },
  ])("is not used with the environment %j, which bash would change", async (strange) => {
    const { run } = forking({ env: { ...env, ...strange } });
    expect((await run("echo $PPID")).stdout).toBe(`${process.pid}`);
  });

  it("is not used where there is no bash", async () => {
    const { run } = forking({ env: { ...env, PATH: "/no-such-folder" } });
    expect((await run("echo $PPID")).stdout).toBe(`${process.pid}`);
  });

  it("lets nothing of one run into the output of the next", async () => {
    const { run } = forking();
    const first = await run("(sleep 0.8; echo late) & echo $PPID");
    await setTimeout(100); // for its server to be idle, if it is to be used again
    const second = await run("sleep 1; echo $PPID");
    expect(second.stdout).toMatch(/^\d+$/);
    expect(second.stdout).not.toBe(first.stdout);
    expect(second.tail).not.toContain("late");
  });

  it("that was killed while idle is replaced", async () => {
    const { run } = forking();
    const { stdout: first } = await run("echo $PPID");
    process.kill(Number(first), "SIGKILL");
    const { stdout: second, ending } = await run("echo $PPID");
    expect(ending).toEqual({ kind: "exited", code: 0 });
    expect(second).not.toBe(first);
  });

  it("that is killed during a run takes the run with it", async () => {
    const { run } = forking();
    const result = await run("kill -9 $PPID; sleep 60");
    expect(result.ending).toEqual({ kind: "signalled", signal: "SIGKILL" });
    expect(leftovers()).toEqual([]);
  });

  it("that falls silent does not hide a run's end", async () => {
    const { run } = forking();
    const result = await run("kill -STOP $PPID; echo done; exit 3");
    expect(result).toMatchObject({ ending: { kind: "exited", code: 3 }, stdout: "done" });
    expect((await run("echo on")).ending).toEqual({ kind: "exited", code: 0 });
  });

  it("leaves no process and no file of its own behind", async () => {
    const { run, commands } = forking();
    const { stdout } = await run("readlink /proc/$$/fd/1 /proc/$$/fd/2");
    const files = stdout.split("\n");
    expect(files.map((file) => existsSync(file))).toEqual([true, true]);
    await commands.endAll();
    expect(files.map((file) => existsSync(file))).toEqual([false, false]);
    expect(leftovers()).toEqual([]);
  });

  it.each([
    ["a server", "0", "touch forgotten"],
    ["what a script left running", "9", "sleep 60 &"],
  ])("lets a process end that forgets about %s", async (_, directRuns, script) => {
    const receipts = path.join(folder, "forgetful");
    const file = path.join(import.meta.dirname, "killed-parent.ts");
    const parent = spawn(process.execPath, [file, folder, receipts, directRuns, "id", script], { env });
    expect(await once(parent, "exit")).toEqual([0, null]);
    if (directRuns === "9") endLeftovers();
    await expect.poll(leftovers).toEqual([]);
  });
});

describe("a quoted word", () => {
  const spoken = (shell: string, words: readonly string[]) => {
    const script = words.map((word) => `printf '%s\\0' ${quoteWord(word)}`).join("\n");
    return spawnSync(shell, ["-c", script]).stdout.toString().split("\0").slice(0, -1);
  };

  it.each(["sh", "bash"])("comes out of %s as it went in, with every byte but NUL", (shell) => {
    const words = Array.from({ length: 255 }, (_, n) => `a${String.fromCharCode(n + 1)}b`);
    expect(spoken(shell, [...words, words.join(""), "", "'", "''", "\\'", "-n", "~", "*"])).toEqual([
      ...words,
      words.join(""),
      "",
      "'",
      "''",
      "\\'",
      "-n",
      "~",
      "*",
    ]);
  });

  it("comes out as it went in, whatever it is", () => {
    const words = fc.array(
      fc.string({ unit: "grapheme" }).filter((word) => !word.includes("\0")),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(words, (given) => {
        expect(spoken("sh", given)).toEqual(given);
      }),
      { numRuns: 30 },
    );
  });
});
