import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../src/rehearsal/virtual-clock.ts";

const START = Date.parse("2026-03-01T12:00:00Z");

describe("sleepers that one signal ends", () => {
  it("wake in their order and at once, also after many others have slept to their end", async () => {
    const clock = new VirtualClock(START);
    const stop = new AbortController();
    const woken: string[] = [];
    const sleep = (ms: number, name: string) =>
      clock.sleep(ms, stop.signal).then(() => woken.push(`${name} at ${clock.now() - START}`));
    await clock.drive(
      (async () => {
        // Enough to have the list made anew several times over.
        for (let i = 0; i < 1_000; i++) await clock.sleep(1, stop.signal);
        const late = [sleep(9_000, "first"), sleep(5_000, "second"), sleep(10, "short")];
        await clock.sleep(100);
        stop.abort("enough");
        await Promise.all(late);
      })(),
    );
    expect(woken).toEqual(["short at 1010", "first at 1100", "second at 1100"]);
  });

  it("sleep no more once it has ended them, and hold up nobody's time", async () => {
    const clock = new VirtualClock(START);
    const stop = new AbortController();
    const dropped = clock.sleep(60_000, stop.signal);
    stop.abort("enough");
    await clock.drive(Promise.all([dropped, clock.sleep(60_000, stop.signal)]));
    await clock.drive(clock.sleep(5));
    expect(clock.now() - START).toBe(5);
  });

  it("are told apart by their signals", async () => {
    const clock = new VirtualClock(START);
    const [one, other] = [new AbortController(), new AbortController()];
    let isAwake = false;
    const kept = clock.sleep(500, other.signal).then(() => {
      isAwake = true;
    });
    const ended = clock.sleep(500, one.signal);
    one.abort("enough");
    await clock.drive(ended);
    expect([isAwake, clock.now() - START]).toEqual([false, 0]);
    await clock.drive(kept);
    expect([isAwake, clock.now() - START]).toEqual([true, 500]);
  });
});
