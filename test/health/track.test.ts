import { describe, expect, it } from "vitest";
import { observe, UNKNOWN_TRACK, type Verdict } from "../../src/health/track.ts";
import type { Measurement } from "../../src/rollout/event-parts.ts";
import { aChange } from "../fakes/change.ts";

const sample = (verdict: Verdict): Measurement => ({
  target: "a",
  check: "alive",
  verdict,
  value: null,
  detail: "",
});
const LETTERS = { h: "healthy", u: "unhealthy", "?": "unknown" } as const;
type Letter = keyof typeof LETTERS;

/** One round a second; a word is a round's samples, a letter one of them. */
function verdictsOf(rounds: string, rules: { pass: number; stableMs: number }): string {
  let track = UNKNOWN_TRACK;
  const verdicts = rounds.split(" ").map((round, second) => {
    const samples = [...round].filter((letter) => letter in LETTERS);
    track = observe(
      track,
      samples.map((letter) => sample(LETTERS[letter as Letter])),
      { nowMs: second * 1_000, rules: { ...aChange().health, ...rules } },
    );
    return track.verdict === "unknown" ? "?" : track.verdict[0];
  });
  return verdicts.join(" ");
}

describe("a target's health", () => {
  it.each([
    ["passes at the third in a row, not before", 3, 0, "h h h h", "? ? h h"],
    ["passes at once when one is enough", 1, 0, "h", "h"],
    ["is unhealthy at the first failure", 3, 0, "h h h u", "? ? h u"],
    ["counts anew after a failure", 3, 0, "h h u h h h", "? ? u ? ? h"],
    ["counts anew after a missing answer", 3, 0, "h h ? h h h", "? ? ? ? ? h"],
    ["is not proven sick by a missing answer", 1, 0, "h ?", "h ?"],
    ["must stay well for the whole time as well", 2, 3_000, "h h h h h", "? ? ? h h"],
    ["starts the time anew after a failure", 1, 2_000, "h h u h h h", "? ? u ? ? h"],
    ["never passes while it flaps", 2, 0, "h u h u h u", "? u ? u ? u"],
    ["is as good as the worst of its checks", 1, 0, "hh hu h? u?", "h u ? u"],
    ["is unknown without any answer", 1, 0, "h - h", "h ? h"],
  ])("%s", (_, pass, stableMs, rounds, expected) => {
    expect(verdictsOf(rounds, { pass, stableMs })).toBe(expected);
  });
});
