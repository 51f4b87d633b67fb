import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type KeyInput, type Keys, openKeys } from "../../src/cli/open-keys.ts";
import type { PersonCommand } from "../../src/ports.ts";
import { openState } from "../../src/rollout/open-state.ts";
import { aChange } from "../fakes/change.ts";

/** A keyboard that remembers in which mode it is. */
class FakeInput extends EventEmitter implements KeyInput {
  isRaw = false;
  isReading = false;
  setRawMode(isRaw: boolean): void {
    this.isRaw = isRaw;
  }
  resume(): void {
    this.isReading = true;
  }
  pause(): void {
    this.isReading = false;
  }
}

let input: FakeInput;
let keys: Keys;
let stop: AbortController;
let given: PersonCommand[];
let prompt: () => string | null;
let raised: string[];
let isFront: boolean;
let why: string | null;

beforeEach(() => {
  vi.useFakeTimers();
  input = new FakeInput();
  stop = new AbortController();
  [given, raised] = [[], []];
  [prompt, why, isFront] = [() => null, null, true];
  keys = openKeys({
    ...{ input, now: Date.now, by: "alice", role: "operator" },
    show: (line) => {
      prompt = line;
    },
    refuse: () => why,
    isForeground: () => isFront,
    raise: (signal) => raised.push(signal),
  });
});
afterEach(() => {
  keys.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const listen = () => keys.listen(openState(aChange()), (command) => given.push(command), stop.signal);
function press(text: string, afterMs = 300): void {
  vi.advanceTimersByTime(afterMs);
  input.emit("data", Buffer.from(text));
}
const settle = () => vi.advanceTimersByTime(200);

describe("a key", () => {
  it.each([
    ["c", "continue"],
    ["h", "hold"],
    ["r", "rollback"],
    ["a", "abort"],
    ["R", "rollback"],
  ])("%s pressed twice is %s, in the name of who sits there", (key, command) => {
    listen();
    press(key);
    expect(prompt()).toContain(`Press ${key.toLowerCase()} again: `);
    expect(given).toEqual([]);
    press(key);
    settle();
    expect(given).toEqual([{ command, by: "alice", role: "operator", id: expect.any(String) }]);
    expect(prompt()).toMatch(/\[c] continue {2}\[h] hold {2}\[r] rollback {2}\[a] abort/);
  });

  it("pressed once is forgotten after five seconds", () => {
    listen();
    press("r");
    press("r", 5_001);
    settle();
    expect(given).toEqual([]);
    expect(prompt()).toContain("Press r again");
  });

  it("is taken back by any other key, and another one that means something asks anew", () => {
    listen();
    press("r");
    press("x");
    press("r");
    press("a");
    settle();
    expect(given).toEqual([]);
    expect(prompt()).toContain("Press a again: abort stops at once");
  });

  it("that is held down does nothing", () => {
    listen();
    press("r");
    press("r", 500);
    for (let count = 0; count < 60; count++) press("r", 33);
    settle();
    expect(given).toEqual([]);
  });

  it("in a pasted text does nothing", () => {
    listen();
    press("rr");
    press("rollback");
    press("r");
    press("r", 5);
    settle();
    expect(given).toEqual([]);
  });

  it("that the change cannot follow now says why", () => {
    why = "The change waits for no answer.";
    listen();
    press("c");
    expect(prompt()).toBe("The change waits for no answer.");
    press("c");
    settle();
    expect(given).toEqual([]);
    vi.advanceTimersByTime(6_000);
    expect(prompt()).toContain("[c] continue");
  });

  it("gives each command an id of its own", () => {
    listen();
    for (const key of ["h", "h", "h", "h"]) press(key);
    settle();
    expect(new Set(given.map(({ id }) => id)).size).toBe(2);
  });
});

describe("the line below the board", () => {
  it("leaves the keys to the board when that asks a question", () => {
    const state = openState(aChange());
    keys.listen(state, () => {}, stop.signal);
    expect(prompt()).toContain("[c] continue");
    state.pause = { kind: "question", trigger: "slow", deadlineMs: 0 };
    expect(prompt()).toBeNull();
    press("c");
    expect(prompt()).toContain("Press c again");
  });
});

describe("the terminal", () => {
  it("is raw only while somebody listens", () => {
    expect(input.isRaw).toBe(false);
    listen();
    expect(input).toMatchObject({ isRaw: true, isReading: true });
    stop.abort();
    expect(input).toMatchObject({ isRaw: false, isReading: false });
    expect(prompt()).toBeNull();
    expect(input.listenerCount("data")).toBe(0);
  });

  it.each([
    ["close", () => keys.close()],
    ["the process's exit", () => process.listeners("exit").at(-1)?.(0)],
    ["an input that goes away", () => input.emit("error", new Error("EIO"))],
  ])("is given back by %s", (_, end) => {
    listen();
    end();
    expect(input).toMatchObject({ isRaw: false, isReading: false });
  });

  it("leaves no listener on the process behind", () => {
    const count = () => process.listenerCount("exit") + process.listenerCount("SIGCONT");
    const before = count();
    listen();
    stop.abort();
    expect(count()).toBe(before);
  });

  it.each([
    ["\u0003", "SIGINT"],
    ["\u001c", "SIGQUIT"],
    ["\u001a", "SIGTSTP"],
    ["rr\u0003", "SIGINT"],
  ])("sends on what %j means: %s", (text, signal) => {
    listen();
    press(text);
    settle();
    expect(raised).toEqual([signal]);
    expect(given).toEqual([]);
  });

  it("is given back before we are suspended, and seized again when we go on in front", () => {
    listen();
    press("\u001a");
    expect(input.isRaw).toBe(false);
    process.emit("SIGCONT");
    expect(input).toMatchObject({ isRaw: true, isReading: true });
  });

  it("is not touched while we are in the background", () => {
    isFront = false;
    listen();
    expect(input).toMatchObject({ isRaw: false, isReading: false });
    expect(input.listenerCount("data")).toBe(0);
    expect(prompt()).toBeNull();
    isFront = true;
    process.emit("SIGCONT");
    expect(input.isRaw).toBe(true);
    isFront = false;
    input.setRawMode = () => expect.unreachable("this would stop the process");
    process.emit("SIGCONT");
    expect(prompt()).toBeNull();
  });

  it("is left alone when the change has ended before", () => {
    stop.abort();
    listen();
    expect(input.isRaw).toBe(false);
  });
});
