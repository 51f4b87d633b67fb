import { getEventListeners } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../src/adapters/clock.ts";

const DAY = 86_400_000;

afterEach(() => void vi.useRealTimers());

describe("the clock", () => {
  it("starts with the wall's time, in whole milliseconds", () => {
    const before = Date.now();
    const now = systemClock().now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThan(before + 10_000);
    expect(Number.isInteger(now)).toBe(true);
  });

  it.each([DAY, -DAY])("does not follow when the wall's time jumps by %i ms", (jumpMs) => {
    const clock = systemClock();
    const before = clock.now();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + jumpMs });
    expect(Math.abs(clock.now() - before)).toBeLessThan(10_000);
    expect(clock.now()).toBeGreaterThanOrEqual(before);
  });
});

describe("a sleep", () => {
  it("lasts at least as long as asked for", async () => {
    const clock = systemClock();
    const before = clock.now();
    await clock.sleep(60);
    expect(clock.now() - before).toBeGreaterThanOrEqual(60);
  });

  it.each([0, -5])("of %i ms is over at once", async (ms) => {
    await systemClock().sleep(ms);
  });

  it("is over at once when the signal has been aborted", async () => {
    await systemClock().sleep(DAY, AbortSignal.abort());
  });

  it("ends when the signal aborts", async () => {
    await systemClock().sleep(DAY, AbortSignal.timeout(20));
  });

  it("beyond what one timer can hold does not end early", async () => {
    const abort = new AbortController();
    const ended = vi.fn();
    const sleep = systemClock()
      .sleep(60 * DAY, abort.signal)
      .then(ended);
    await systemClock().sleep(50);
    expect(ended).not.toHaveBeenCalled();
    abort.abort();
    await sleep;
  });

  it("without an end never ends by itself", async () => {
    const abort = new AbortController();
    const sleep = systemClock().sleep(Number.POSITIVE_INFINITY, abort.signal);
    abort.abort();
    await sleep;
  });

  it("leaves no listener behind, and many share one signal without a warning", async () => {
    const warn = vi.fn();
    process.on("warning", warn);
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 50 }, () => systemClock().sleep(5, signal)));
    await new Promise(setImmediate);
    process.off("warning", warn);
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(warn).not.toHaveBeenCalled();
  });
});
