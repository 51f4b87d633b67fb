import { expect, it } from "vitest";
import { printDuration, printSpan } from "../../src/plan/units.ts";

it.each([
  [0, "0s"],
  [250, "250ms"],
  [90_000, "90s"],
  [86_400_000, "1d"],
])("%i ms as a plan writes them are %s", (ms, text) => {
  expect(printDuration(ms)).toBe(text);
});

it.each([
  [0, "0s"],
  [1, "1s"],
  [1_001, "2s"],
  [61_000, "1m 1s"],
  [3_599_001, "1h"],
  [5_400_000, "1h 30m"],
  [3_600_001, "1h 1m"],
  [86_400_000 * 2 - 1, "2d"],
  [86_400_000 * 400, "400d"],
])("%i ms for people are %s, and never less", (ms, text) => {
  expect(printSpan(ms)).toBe(text);
});
