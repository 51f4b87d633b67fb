import { describe, expect, it } from "vitest";
import { findNearest } from "../../src/plan/nearest.ts";

const KEYS = ["batches", "max-unavailable", "max-failures", "parallel", "bake", "on", "run"];

describe("the nearest key", () => {
  it.each([
    ["batchs", "batches"],
    ["bathces", "batches"],
    ["maxUnavailable", "max-unavailable"],
    ["max_failures", "max-failures"],
    ["Bake", "bake"],
    ["ru", "run"],
    ["urn", "run"],
    ["no", "on"],
    ["paralell", "parallel"],
  ])("to %s is %s", (word, nearest) => {
    expect(findNearest(word, KEYS)).toBe(nearest);
  });

  it.each([
    ["environment", "env", ["environment", "end", "journal"]],
    ["max-failures", "max-f", KEYS],
    ["parallel", "pa", KEYS],
  ])("is %s for the abbreviation %s, where only one begins so", (nearest, word, candidates) => {
    expect(findNearest(word, candidates)).toBe(nearest);
  });

  it.each(["canary", "x", "", "b".repeat(100_000)])("to something else is none", (word) => {
    expect(findNearest(word, KEYS)).toBeNull();
  });
});
