import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { eachWorkbench } from "./each-workbench.ts";
import { localPlan } from "./plans.ts";
import { strays, until, type Workbench } from "./workbench.ts";

const REF = "refs/change-deploy/local/changes/CHG-7";
const PAUSE_MS = 300;

/** A terminal of its own for a command: util-linux's `script`. */
function hasScript(): boolean {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
}

const isAble = hasScript();
if (!isAble) process.stdout.write("skipped: the keys on a real terminal, for want of util-linux's script\n");

let bench: Workbench;
eachWorkbench((made) => {
  bench = made;
});

function prepare(): void {
  const plan = localPlan({ targets: 6, batches: "[1]", install: "until test -e go; do sleep 0.05; done" });
  bench.write("plan.yml", plan);
  bench.commit();
  for (let at = 1; at <= 6; at++) bench.write(`v/t0${at}`, "1.0\n");
}

/** Runs a shell's lines on a terminal; RUN stands for the change. */
function onTerminal(shell: "sh" | "bash", lines: string) {
  const program = `'${process.execPath}' '${path.resolve("dist/cli.js")}' run plan.yml --to 2.0`;
  bench.write("session.sh", lines.replace("RUN", program));
  const env = { PATH: process.env.PATH ?? "", HOME: bench.folder, TERM: "xterm", LANG: "C.UTF-8" };
  return spawn("script", ["-qefc", `${shell} session.sh`, "/dev/null"], {
    cwd: bench.folder,
    env,
    stdio: ["pipe", "pipe", "ignore"],
  });
}

/** In a shell that notes the terminal's settings before and after. */
function start() {
  prepare();
  const child = onTerminal("sh", "trap : INT\nstty -g > before\nRUN\necho $? > code\nstty -g > after\n");
  let shown = "";
  child.stdout.on("data", (chunk: Buffer) => {
    shown += chunk;
  });
  const pressed = async (...keys: readonly string[]) => {
    for (const key of keys) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      child.stdin.write(key);
    }
  };
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return { child, pressed, ended, shown: () => shown };
}

const underWay = () => until("the first step", () => bench.read("log") !== "");
const story = () => bench.git("log", "--format=%B", REF);

function expectTerminalAsBefore(): void {
  expect(bench.read("before")).not.toBe("");
  expect(bench.read("after")).toBe(bench.read("before"));
}

describe.runIf(isAble)("the keys of a change on a real terminal", () => {
  it("ask before they mean it, are journalled, and leave the terminal as it was", async () => {
    const { pressed, ended, shown } = start();
    await underWay();
    await until("the keys to be shown", () => shown().includes("[h] hold"));
    await pressed("h");
    await until("the question", () => shown().includes("Press h again"));
    await pressed("x", "h", "h");
    await until("the word in the log", () => shown().includes("/hold"));
    bench.write("go", "");
    await ended;
    expect(bench.read("code")).toBe("5\n");
    expect(story()).toContain("(operator) said /hold");
    expectTerminalAsBefore();
  });

  it("do not take Ctrl-C away", async () => {
    const { pressed, ended, shown } = start();
    await underWay();
    await until("the keys to be shown", () => shown().includes("[h] hold"));
    await pressed("\u0003");
    await ended;
    expect(bench.read("code")).toBe("5\n");
    expect(story()).toContain("SIGINT");
    expectTerminalAsBefore();
  });

  it("give the terminal back to a shell that suspends the change, and take it again", async () => {
    const { child, pressed, ended, shown } = start();
    await underWay();
    await until("the keys to be shown", () => shown().includes("[h] hold"));
    const pid = strays(bench.folder).find((one) => isChange(one)) ?? "0";
    process.kill(Number(pid), "SIGSTOP");
    process.kill(Number(pid), "SIGCONT");
    await pressed("h", "h");
    await until("the word in the log", () => shown().includes("/hold"));
    bench.write("go", "");
    await ended;
    expect(child.exitCode).toBe(0);
    expectTerminalAsBefore();
  });
});

describe.runIf(isAble)("a change in the background of a terminal", () => {
  it("leaves the terminal alone, and goes on", async () => {
    prepare();
    bench.write("go", "");
    const child = onTerminal("bash", "set -m\nRUN &\nwait $!\necho $? > code\n");
    await new Promise<void>((resolve) => child.once("exit", () => resolve()));
    expect(bench.read("code")).toBe("0\n");
  });
});

function isChange(pid: string): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("cli.js\0run");
}
