import { expect, it } from "vitest";
import { watchToken } from "../../src/compose/token-watch.ts";
import { warnOfTokenAfterMs } from "../../src/gate/token-expiry.ts";

const HOUR_MS = 3_600_000;

it.each([
  ["github-hosted", 5 * HOUR_MS],
  ["self-hosted", 23 * HOUR_MS],
  ["elsewhere", null],
  [undefined, null],
])("the token of a job on a %s runner is warned of after %j ms", (runner, expected) => {
  expect(warnOfTokenAfterMs(runner)).toBe(expected);
});

function watched(runner: string | undefined) {
  const told: string[] = [];
  const waits: { ms: number; wake: () => void }[] = [];
  const clock = {
    now: () => 0,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((wake) => {
        waits.push({ ms, wake });
        signal?.addEventListener("abort", () => wake());
      }),
  };
  return { told, waits, end: watchToken({ clock, runner, warn: (text) => told.push(text) }) };
}

it("a job that lives so long is told once, with what to do", async () => {
  const { told, waits, end } = watched("self-hosted");
  expect(waits.map(({ ms }) => ms)).toEqual([23 * HOUR_MS]);
  waits[0]?.wake();
  await Promise.resolve();
  end();
  expect(told).toEqual([expect.stringContaining("run it again before")]);
});

it("a job that ends before is told nothing, and on an unknown runner nobody waits", async () => {
  const { told, waits, end } = watched("github-hosted");
  end();
  await Promise.resolve();
  expect([told, waits.length]).toEqual([[], 1]);
  expect(watched(undefined).waits).toEqual([]);
});
