import { getEventListeners } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { call, commandsIn, endLeftovers, folder, leftovers, never, WAYS } from "./setup.ts";

describe.each(WAYS)("a script run %s", (_, { newId, directRuns }) => {
  const run = async (script: string, more = {}, options = {}) => {
    const { commands, lines } = commandsIn({ directRuns, ...options });
    const result = await commands.run(call(script, { id: newId(), ...more }), never);
    await commands.endAll();
    return { ...result, lines };
  };

  it("gives its exit code, its output, and its lines behind the label", async () => {
    const result = await run("echo one; echo two >&2; sleep 0.1; printf three; exit 3");
    expect(result).toMatchObject({ ending: { kind: "exited", code: 3 }, stdout: "one\nthree" });
    expect([...result.lines].sort()).toEqual(["web-1: one", "web-1: three", "web-1: two"]);
    expect(result.tail.split("\n").sort()).toEqual(["one", "three", "two"]);
  });

  it("shows nothing without a label", async () => {
    const result = await run("echo one", { label: null });
    expect(result).toMatchObject({ stdout: "one", tail: "one", lines: [] });
  });

  it("stops at the first failing command and at an unset variable", async () => {
    expect(await run("false; echo on")).toMatchObject({ ending: { kind: "exited", code: 1 }, stdout: "" });
    const unset = await run('echo "$NO_SUCH_VARIABLE"; echo on');
    expect(unset).toMatchObject({ ending: { kind: "exited" }, stdout: "" });
    expect(unset.ending).not.toMatchObject({ code: 0 });
  });

  it("sees no arguments, no input, and the folder that it was given", async () => {
    const result = await run('echo "$0 $#"; cat; pwd -P');
    expect(result.stdout).toBe(`sh 0\n${folder}`);
  });

  it("takes values only from the environment, whatever they hold", async () => {
    const value = "a'b\"c $(touch pwned) `id` \\ \n * ; exit 9 #";
    const result = await run('printf "<%s>" "$TARGET_NAME"', { env: { TARGET_NAME: value } });
    expect(result.stdout).toBe(`<${value}>`);
    expect(result.ending).toEqual({ kind: "exited", code: 0 });
  });

  it.each([
    "# a comment",
    "",
    "\n\n:\n",
    "cat <<END\ntext\nEND",
    "trap 'exit 0' EXIT; exec true",
    "set +e; false; :",
  ])("runs %j like a shell would", async (script) => {
    expect((await run(script)).ending).toEqual({ kind: "exited", code: 0 });
  });

  it("says that a script which is no shell script failed", async () => {
    const result = await run("if fi");
    expect(result.ending).toEqual({ kind: "exited", code: 2 });
    expect(result.tail).toContain("yntax error");
  });

  it("names the signal that ended the shell, and ends what the shell left", async () => {
    const result = await run("sleep 60 & sleep 60 & kill -9 $$; sleep 60");
    expect(result.ending).toEqual({ kind: "signalled", signal: "SIGKILL" });
    expect(leftovers()).toEqual([]);
  });

  it("ends a script whose time is over, with its children and theirs", async () => {
    const result = await run("sleep 60 & (sleep 60; :) & sh -c 'sleep 60; :'", { timeoutMs: 200 });
    expect(result.ending).toEqual({ kind: "timed-out" });
    expect(leftovers()).toEqual([]);
  });

  it("does not wait for the dead of a group, whom a careless parent has not buried", async () => {
    const script = "(sh -c : & exec setsid sleep 60 >/dev/null 2>&1) & sleep 60";
    const result = await run(script, { timeoutMs: 500 });
    expect(result.ending).toEqual({ kind: "timed-out" });
    expect(result.lines).toEqual([]);
    expect(leftovers()).toEqual(["sleep 60 "]);
    endLeftovers();
  });

  it("lets a script clean up when its time is over", async () => {
    const script = "trap 'echo cleaned; exit 1' TERM; while :; do sleep 0.05; done";
    const result = await run(script, { timeoutMs: 200 }, { graceMs: 10_000 });
    expect(result).toMatchObject({ ending: { kind: "timed-out" }, stdout: "cleaned" });
  });

  it("kills a script that will not end by itself", async () => {
    const script = "trap '' TERM; sleep 60 & while :; do sleep 0.05; done";
    expect((await run(script, { timeoutMs: 200 })).ending).toEqual({ kind: "timed-out" });
    expect(leftovers()).toEqual([]);
  });

  it("ends a script that was stopped", async () => {
    const result = await run("kill -STOP $$; :", { timeoutMs: 200 });
    expect(result.ending).toEqual({ kind: "timed-out" });
    expect(leftovers()).toEqual([]);
  });

  it("does not wait for a background process that keeps the output open", async () => {
    const result = await run("sleep 60 & echo $!");
    expect(result.ending).toEqual({ kind: "exited", code: 0 });
    process.kill(Number(result.stdout), "SIGKILL");
    expect(result.lines.filter((line) => line.includes("keeps this command's output open"))).toHaveLength(1);
  });

  it("leaves alone what a script left running on purpose", async () => {
    const result = await run("sleep 60 >/dev/null 2>&1 & echo $!");
    expect(result.ending).toEqual({ kind: "exited", code: 0 });
    expect(leftovers()).toEqual(["sleep 60 "]);
    process.kill(Number(result.stdout), "SIGKILL");
    await expect.poll(leftovers).toEqual([]);
  });

  it("proves that a script was not started when its folder is missing or its text impossible", async () => {
    const missing = await run("echo on", {}, { workDir: path.join(folder, "no-such-folder") });
    expect(missing.ending).toMatchObject({
      kind: "not-started",
      reason: expect.stringContaining("no-such-folder"),
    });
    const zero = await run("echo on \0");
    expect(zero.ending).toMatchObject({ kind: "not-started", reason: expect.stringContaining("zero byte") });
    const long = await run(`: ${"x".repeat(200_000)}`);
    expect(long.ending).toMatchObject({ kind: "not-started", reason: expect.stringContaining("too long") });
  });
});

describe("a run that is cancelled", () => {
  it("is over within a second, whatever the script makes of it", async () => {
    const { commands } = commandsIn({ graceMs: 60_000 });
    const abort = new AbortController();
    const stubborn = call("trap '' TERM; echo up; sleep 60 & while :; do sleep 0.05; done", { id: "a" });
    const runs = Array.from({ length: 8 }, () => commands.run(stubborn, abort.signal));
    await expect.poll(() => leftovers().length).toBeGreaterThan(8);
    abort.abort();
    const results = await Promise.all(runs);
    expect(results.map((result) => result.ending.kind)).toEqual(Array(8).fill("cancelled"));
    expect(leftovers()).toEqual([]);
  });

  it("starts nothing when it was cancelled before", async () => {
    const { commands } = commandsIn();
    const result = await commands.run(call("touch cancelled-too-late"), AbortSignal.abort());
    expect(result.ending).toEqual({ kind: "cancelled" });
  });

  it("shortens a grace that has begun", async () => {
    const { commands } = commandsIn({ graceMs: 60_000 });
    const abort = new AbortController();
    const running = commands.run(call("trap '' TERM; sleep 60; :", { timeoutMs: 100 }), abort.signal);
    setTimeout(() => abort.abort(), 400);
    expect((await running).ending).toEqual({ kind: "timed-out" });
    expect(leftovers()).toEqual([]);
  });
});

describe("the end of our process", () => {
  it("takes every run with it, and lets nothing start afterwards", async () => {
    const { commands } = commandsIn();
    const runs = [1, 2, 3].map((n) => commands.run(call("sleep 60 & sleep 60", { id: `${n}` }), never));
    await expect.poll(() => leftovers().length).toBeGreaterThan(3);
    await commands.endAll();
    expect(leftovers()).toEqual([]);
    expect((await Promise.all(runs)).map((result) => result.ending.kind)).toEqual(Array(3).fill("cancelled"));
    expect((await commands.run(call(":"), never)).ending).toEqual({ kind: "cancelled" });
  });

  it("kills without waiting when there is no time left", async () => {
    const { commands } = commandsIn();
    const running = commands.run(call("trap '' TERM; sleep 60 & sleep 60; :"), never);
    await expect.poll(() => leftovers().length).toBeGreaterThan(2);
    commands.killAll();
    await expect.poll(leftovers).toEqual([]);
    await running;
  });
});

describe("the environment of a step", () => {
  it("has nothing of what belongs to our own process, and keeps the rest", async () => {
    const ours = {
      "INPUT_GITHUB-TOKEN": "x",
      INPUT_PLAN: "x",
      GITHUB_OUTPUT: "x",
      GITHUB_ENV: "x",
      GITHUB_PATH: "x",
      GITHUB_STATE: "x",
      GITHUB_STEP_SUMMARY: "x",
      ACTIONS_RUNTIME_TOKEN: "x",
      ACTIONS_RUNTIME_URL: "x",
      ACTIONS_RESULTS_URL: "x",
      ACTIONS_CACHE_URL: "x",
      NODE_OPTIONS: "x",
    };
    const theirs = { ACTIONS_ID_TOKEN_REQUEST_URL: "y", GITHUB_SHA: "y", SSH_KEY: "y" };
    const { commands } = commandsIn({ env: { PATH: process.env.PATH, ...ours, ...theirs } });
    const { stdout } = await commands.run(
      call("env", { env: { CHANGE_ID: "CHG-1", GITHUB_SHA: "z" } }),
      never,
    );
    const names = stdout.split("\n").map((line) => line.split("=")[0]);
    expect(names.filter((name) => name !== undefined && name in ours)).toEqual([]);
    expect(stdout.split("\n")).toEqual(
      expect.arrayContaining([
        "ACTIONS_ID_TOKEN_REQUEST_URL=y",
        "SSH_KEY=y",
        "GITHUB_SHA=z",
        "CHANGE_ID=CHG-1",
      ]),
    );
  });
});

describe("many runs at once", () => {
  it("do not mix up their output, and warn about no leak of listeners", async () => {
    const warnings: string[] = [];
    const note = (warning: Error) => void warnings.push(warning.message);
    process.on("warning", note);
    mkdirSync(path.join(folder, "many"), { recursive: true });
    writeFileSync(path.join(folder, "many", "count"), "");
    const { commands } = commandsIn();
    const runs = Array.from({ length: 40 }, (_, n) =>
      commands.run(call(`echo ${n}; echo ${n} >> many/count`, { id: `run ${n}` }), never),
    );
    expect((await Promise.all(runs)).map((result) => result.stdout)).toEqual(runs.map((_, n) => `${n}`));
    await new Promise(setImmediate);
    process.off("warning", note);
    expect(warnings).toEqual([]);
    expect(getEventListeners(never, "abort")).toEqual([]);
  });
});
