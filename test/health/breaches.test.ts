import { describe, expect, it } from "vitest";
import { Breaches } from "../../src/health/breaches.ts";
import type { Answer } from "../../src/health/hold.ts";
import type { Trigger } from "../../src/plan/change.ts";

const SECOND = 1_000;
const trigger: Trigger = {
  name: "overload",
  severity: "critical",
  when: { check: "cpu", kind: "check", above: 95, below: null, worseBy: null, forMs: 60 * SECOND, share: 50 },
  restore: [],
  respond: [],
  tell: [],
};

/** A round of samples each five seconds, in the order of the letters; when it fires, in seconds. */
function firesAt(breaches: Breaches, rounds: readonly string[]): number | null {
  const answers: Record<string, Answer> = { b: "breach", g: "good", u: "unknown" };
  for (const [i, round] of rounds.entries()) {
    for (const [target, letter] of [...round].entries()) {
      const sampled = {
        target: `t${target}`,
        answer: answers[letter]!,
        nowMs: i * 5 * SECOND,
        gapMsMax: 30 * SECOND,
      };
      if (breaches.observe(sampled)?.change === "fired") return i * 5;
    }
  }
  return null;
}

const rounds = (count: number, round: string) => Array<string>(count).fill(round);

describe("a trigger about a share of the targets", () => {
  it("fires once half of them have broken its limit for the time", () => {
    expect(firesAt(new Breaches(trigger, 4), rounds(20, "bbgg"))).toBe(60);
    expect(firesAt(new Breaches(trigger, 4), rounds(40, "bggg"))).toBeNull();
  });

  it.each(["ubbb", "bbbu", "bubu"])("fires though nobody can measure the others: %s", (round) => {
    expect(firesAt(new Breaches(trigger, 4), rounds(20, round))).toBe(60);
  });

  it("takes no target for broken that nobody can measure any more", () => {
    expect(firesAt(new Breaches(trigger, 4), [...rounds(3, "bbgg"), ...rounds(40, "bugg")])).toBeNull();
  });

  it("starts anew when it is certain that fewer than half of them break it", () => {
    expect(firesAt(new Breaches(trigger, 4), [...rounds(10, "bbgg"), "bggg", ...rounds(20, "bbgg")])).toBe(
      115,
    );
  });

  it("goes on with the time that another process has seen, and counts no target twice", () => {
    const breaches = new Breaches(trigger, 4);
    breaches.seed(null, 50 * SECOND);
    expect(firesAt(breaches, rounds(20, "bbgg"))).toBe(10);
    const alone = new Breaches(trigger, 4);
    alone.seed(null, 50 * SECOND);
    expect(firesAt(alone, rounds(20, "bggg"))).toBeNull();
  });
});

describe("a target that nobody looks at for a while", () => {
  it("is held against its trigger only for the time that it was seen in", () => {
    const any = { ...trigger, when: { ...trigger.when, share: null } } as Trigger;
    const breaches = new Breaches(any, 1);
    const at = (seconds: number) =>
      breaches.observe({ target: "t0", answer: "breach", nowMs: seconds * SECOND, gapMsMax: 30 * SECOND });
    for (const seconds of [0, 20, 40]) at(seconds);
    breaches.lose("t0");
    expect(at(65)).toBeNull();
    expect(at(84)).toBeNull();
    expect(at(85)).toMatchObject({ change: "fired" });
  });
});
