import { expect, it } from "vitest";
import { waitAtMost } from "../../src/engine/wait-at-most.ts";
import { VirtualClock } from "../../src/rehearsal/virtual-clock.ts";

const NEVER = new Promise<string>(() => {});

it("gives what the work gives", async () => {
  expect(await waitAtMost(new VirtualClock(), Promise.resolve("done"), 1_000)).toBe("done");
});

it("waits no longer than the time allows", async () => {
  const clock = new VirtualClock();
  const startMs = clock.now();
  const waiting = waitAtMost(clock, NEVER, 1_000);
  await clock.drive(waiting);
  expect(await waiting).toBeNull();
  expect(clock.now() - startMs).toBe(1_000);
});

it.each(["before", "while"])("does not go on waiting when it is cancelled %s it waits", async (moment) => {
  const cancel = new AbortController();
  if (moment === "before") cancel.abort();
  const waiting = waitAtMost(new VirtualClock(), NEVER, { ms: 1_000, cancel: cancel.signal });
  cancel.abort();
  expect(await waiting).toBeNull();
});
