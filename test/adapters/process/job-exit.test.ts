import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { jobExit, UNKNOWN_LEADER, unannouncedJob } from "../../../src/adapters/process/job-exit.ts";
import { folder } from "./setup.ts";

const STARTED = "run1 nonce boot 1 1 77\n";
let count = 0;

function receiptWith(text: string | null): string {
  count += 1;
  const file = path.join(folder, `job-${count}`);
  if (text !== null) writeFileSync(file, text);
  return file;
}

describe("a job's status", () => {
  it.each([
    ["0", "", { code: 0, signal: null }],
    ["125", "void\n", { code: 125, signal: null }],
    ["3", `${STARTED}exit 3\n`, { code: 3, signal: null }],
    ["137", `${STARTED}exit 137\n`, { code: 137, signal: null }],
    ["137", STARTED, { code: null, signal: "SIGKILL" }],
    ["143", STARTED, { code: null, signal: "SIGTERM" }],
    [null, STARTED, { code: null, signal: "SIGKILL" }],
    [null, `${STARTED}exit 4\n`, { code: 4, signal: null }],
    ["1", null, new Error("status 1")],
    ["1", "run1 nonce boot 1 1 78\nexit 1\n", new Error("status 1")],
  ])("%j with the receipt %j means %o", (status, text, exit) => {
    expect(jobExit(status, { leader: 77, receipt: receiptWith(text) })).toEqual(exit);
  });
});

describe("a job that was never announced", () => {
  it("is proven not to start when it has no receipt yet, and then cannot", async () => {
    const receipt = receiptWith(null);
    expect(await unannouncedJob(receipt)).toBeNull();
    expect(readFileSync(receipt, "utf8")).toBe("void\n");
  });

  it("is known by its receipt, for whose first line one waits", async () => {
    const receipt = receiptWith("");
    setTimeout(() => writeFileSync(receipt, STARTED), 100);
    expect(await unannouncedJob(receipt)).toBe(77);
  });

  it("is in doubt when its receipt stays empty", async () => {
    expect(await unannouncedJob(receiptWith(""))).toBe(UNKNOWN_LEADER);
  });
});
