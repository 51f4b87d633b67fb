import { describe, expect, it } from "vitest";
import { lastNumber } from "../../../src/adapters/probe/last-number.ts";
import type { CommandCall, CommandResult } from "../../../src/ports.ts";
import { check, never, proberWith, target } from "./setup.ts";

const probe = { kind: "run", command: "./count", on: "runner" } as const;

function result(ending: CommandResult["ending"], stdout = "", tail = stdout): CommandResult {
  return { ms: 5, tail, stdout, ending };
}
const exited = (code: number, stdout = "", tail = stdout) => result({ kind: "exited", code }, stdout, tail);

const sampleOf = (answer: CommandResult, limits = {}) =>
  proberWith(() => answer).sample(check(probe, limits), target, { CHANGE_ID: "C-1" }, never);

describe("a command check", () => {
  it("runs the command where the plan says, unseen and without a receipt", async () => {
    const calls: CommandCall[] = [];
    const prober = proberWith((call) => {
      calls.push(call);
      return exited(0);
    });
    await prober.sample(check({ ...probe, on: "targets" }), target, { CHANGE_ID: "C-1" }, never);
    expect(calls).toEqual([
      {
        id: null,
        target,
        on: "targets",
        script: "./count",
        env: { CHANGE_ID: "C-1" },
        timeoutMs: 10_000,
        label: null,
      },
    ]);
  });

  it.each([
    [exited(0, "fine"), {}, { verdict: "healthy", value: null, detail: "exit 0: fine" }],
    [exited(0), {}, { verdict: "healthy", value: null, detail: "exit 0" }],
    [
      exited(1, "", "one\nno orders\n"),
      {},
      { verdict: "unhealthy", value: null, detail: "exit 1: no orders" },
    ],
    [exited(0, "orders: 12\n"), { above: 0 }, { verdict: "healthy", value: 12, detail: "measured 12" }],
    [
      exited(0, "0"),
      { above: 0 },
      { verdict: "unhealthy", value: 0, detail: "measured 0, which is not above 0" },
    ],
    [exited(0, "80"), { below: 80 }, { verdict: "unhealthy", value: 80 }],
    [exited(0, "79.9"), { below: 80, above: 10 }, { verdict: "healthy", value: 79.9 }],
    [exited(0, ""), { above: 0 }, { verdict: "unknown", value: null }],
    [exited(0, "", "12"), { above: 0 }, { verdict: "unknown", value: null }],
    [exited(0, "12\nNaN"), { above: 0 }, { verdict: "unknown", value: null }],
    [exited(1, "12"), { above: 0 }, { verdict: "unhealthy", value: null }],
    [
      exited(127, "", "sh: ./count: not found"),
      {},
      { verdict: "unknown", detail: "exit 127: sh: ./count: not found" },
    ],
    [exited(126), {}, { verdict: "unknown" }],
    [result({ kind: "signalled", signal: "SIGKILL" }), {}, { verdict: "unknown" }],
    [result({ kind: "timed-out" }), {}, { verdict: "unknown" }],
    [result({ kind: "cancelled" }), {}, { verdict: "unknown" }],
    [result({ kind: "lost", reason: "no route" }), {}, { verdict: "unknown", detail: "no route" }],
    [
      result({ kind: "not-started", reason: "no shell" }),
      {},
      { verdict: "unknown", detail: expect.stringContaining("no shell") },
    ],
  ])("that ends as %j with the limits %j is %j", async (answer, limits, sample) => {
    expect(await sampleOf(answer, limits)).toMatchObject({ target: "web-01", check: "alive", ...sample });
  });

  it("answers in time when its command does not, and stops it", async () => {
    let stopped = false;
    const prober = proberWith(
      (_, signal) =>
        new Promise(() => {
          signal.addEventListener("abort", () => {
            stopped = true;
          });
        }),
    );
    const sampled = await prober.sample(check(probe, { timeoutMs: 50 }), target, {}, never);
    expect(sampled).toMatchObject({ verdict: "unknown", detail: "the check did not end within 50 ms" });
    expect(stopped).toBe(true);
  });

  it("never runs twice at once on a target, also when it was given up", async () => {
    let running = 0;
    let most = 0;
    const prober = proberWith(async (_, signal) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      await new Promise((resolve) => setTimeout(resolve, 100)); // it takes a while to die
      running -= 1;
      return result({ kind: "cancelled" });
    });
    const question = check(probe, { timeoutMs: 60 });
    for (let n = 0; n < 4; n += 1) await prober.sample(question, target, {}, never);
    const other = { ...target, name: "web-02" };
    await Promise.all([
      prober.sample(question, target, {}, never),
      prober.sample(question, other, {}, never),
    ]);
    expect(most).toBe(2);
  });

  it("is unknown when the connector itself fails", async () => {
    const prober = proberWith(() => {
      throw new TypeError("::error:: a bug");
    });
    const sampled = await prober.sample(check(probe), target, {}, never);
    expect(sampled).toMatchObject({ verdict: "unknown", detail: "the check failed: TypeError" });
  });
});

describe("the last number of a text", () => {
  it.each([
    ["42", 42],
    ["-1.5e3\n", -1500],
    ["+.5", 0.5],
    ["7.", 7],
    ["count=3", 3],
    ["1 2\n3 orders", 3],
    ["85%", 85],
    ["12.5 ms", 12.5],
    ["the last 3 of 10 are fine", 10],
  ])("%j is %d", (text, number) => {
    expect(lastNumber(text)).toBe(number);
  });

  it.each([
    "",
    "none",
    "NaN",
    "3 nan",
    "-Infinity",
    "1e999",
    "12ms",
    "1,234",
    "10:30",
    "1.2.3",
    "0x1f",
    `${"9".repeat(100)}`,
    "web-01",
  ])("%j has none", (text) => {
    expect(lastNumber(text)).toBeNull();
  });

  it("is found in no time in a text that is hard to search", () => {
    expect(lastNumber(`${"1e".repeat(100_000)}`)).toBeNull();
    expect(lastNumber(`${" = ".repeat(100_000)}5`)).toBe(5);
  });
});
