import { describe, expect, it } from "vitest";
import { Seats } from "../../../src/adapters/ssh/seats.ts";

const patient = { ms: 60_000, signals: [] };

describe("a bounded number of seats", () => {
  it("makes whoever finds none free wait, first come first served", async () => {
    const seats = new Seats(1);
    const order: string[] = [];
    expect(await seats.take(patient)).toBeNull();
    expect(seats.isFull).toBe(true);
    const waiting = ["a", "b"].map(async (name) => {
      expect(await seats.take(patient)).toBeNull();
      order.push(name);
      seats.give();
    });
    expect(seats.isAwaited).toBe(true);
    expect(order).toEqual([]);
    seats.give();
    await Promise.all(waiting);
    expect(order).toEqual(["a", "b"]);
    expect([seats.isFull, seats.isAwaited]).toEqual([false, false]);
  });

  it("lets nobody wait for ever, and loses no seat that comes too late", async () => {
    const seats = new Seats(1);
    await seats.take(patient);
    expect(await seats.take({ ms: 10, signals: [] })).toBe("timed-out");
    const cancel = new AbortController();
    const waiting = seats.take({ ms: 60_000, signals: [cancel.signal] });
    cancel.abort();
    // In the same moment: the seat is promised to somebody who has just gone.
    seats.give();
    await waiting.then((limit) => (limit === null ? seats.give() : undefined));
    expect(seats.isFull).toBe(false);
  });
});
