import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runDemo } from "../../src/demo/run-demo.ts";
import type { ChangePlace, RunChange } from "../../src/demo/spawn-change.ts";
import { isRunning, leaveRecords, readPid, rollOut } from "./stage.ts";

const NAMES = Array.from({ length: 12 }, (_, index) => `web-${String(index + 1).padStart(2, "0")}`);

/** Where the demo ran, to look at once it is over. */
let visited: { cwd: string; pids: readonly number[] };

function visit({ cwd }: ChangePlace): void {
  visited = { cwd, pids: NAMES.map((name) => readPid(cwd, name)) };
}

const asItShould: RunChange = async (args, place) => {
  visit(place);
  const release = args.at(-1) ?? "";
  await rollOut(place.cwd, NAMES, release);
  if (release === "2.0") return 0;
  await rollOut(place.cwd, NAMES, "2.0");
  await leaveRecords(place.cwd);
  return 3;
};

async function play(change: RunChange) {
  const lines: string[] = [];
  const report = await runDemo({ print: (line) => lines.push(line), color: false, change });
  return { ...report, text: lines.join("\n") };
}

function expectNothingLeft(): void {
  expect(existsSync(visited.cwd)).toBe(false);
  expect(visited.pids.filter(isRunning)).toEqual([]);
}

describe("the demo", () => {
  it("tells the whole story and leaves nothing behind", async () => {
    const { exitCode, differences, text } = await play(asItShould);
    expect(differences).toEqual([]);
    expect(exitCode).toBe(0);
    const chapters = ["1. The fleet", "2. A good release", "3. A bad release", "4. What is left to read"];
    expect(chapters.map((chapter) => text.includes(chapter))).toEqual([true, true, true, true]);
    expect(text).toContain("$ change-deploy run to-2.0.yml --environment demo --to 2.0");
    expect(text).toContain("  | # 3.0 was rolled back");
    expect(text).toContain("12 of 12 serve 2.0");
    expectNothingLeft();
  });

  it("cleans up when the change cannot be run at all", async () => {
    const failed = play(async (_, place) => {
      visit(place);
      throw new Error("no program");
    });
    await expect(failed).rejects.toThrow("no program");
    expectNothingLeft();
  });

  it("stops at Ctrl-C with the exit code of an interruption", async () => {
    const { exitCode, differences } = await play(async (_, place) => {
      visit(place);
      const told = new Promise((resolve) => place.signal.addEventListener("abort", resolve));
      process.emit("SIGINT", "SIGINT");
      await told;
      return 5;
    });
    expect(exitCode).toBe(5);
    expect(differences).toEqual(["stopped by SIGINT"]);
    expectNothingLeft();
  });
});
