import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openBoard, type Screen } from "../../src/cli/open-board.ts";
import { FakeTerminal } from "./fake-terminal.ts";

let lines: string[];
let screens: Screen[];

beforeEach(() => {
  vi.useFakeTimers();
  lines = ["batch 1", "batch 2"];
  screens = [];
});
afterEach(() => {
  vi.useRealTimers();
});

function open(terminal: FakeTerminal) {
  const render = (nowMs: number, screen: Screen) => {
    screens.push(screen);
    return lines.map((line) => line.replace("{now}", String(nowMs)));
  };
  return openBoard({ stream: terminal, color: false, unicode: true, now: Date.now, render });
}

function openShown(terminal: FakeTerminal) {
  const board = open(terminal);
  board.touch();
  vi.advanceTimersByTime(100);
  return board;
}

/** After every single write a person could take over the terminal, or the process be killed. */
function expectUsable(terminal: FakeTerminal): void {
  expect(terminal.wrap).toBe(true);
  expect(terminal.column).toBe(0);
  expect(terminal.row).toBe(terminal.grid.length - 1);
  expect(terminal.writes.some((text) => text.includes("\u001b[?25l"))).toBe(false);
}

describe("a board", () => {
  it("is drawn over itself", () => {
    const terminal = new FakeTerminal(40, 10);
    const board = openShown(terminal);
    lines = ["batch 1 passed", "batch 2 open"];
    board.touch();
    vi.advanceTimersByTime(100);
    expect(terminal.text).toEqual(["batch 1 passed", "batch 2 open"]);
    expectUsable(terminal);
  });

  it("leaves nothing of a longer board behind", () => {
    const terminal = new FakeTerminal(40, 10);
    const board = openShown(terminal);
    lines = ["done"];
    board.touch();
    board.close();
    expect(terminal.text).toEqual(["done"]);
    expectUsable(terminal);
  });

  it("is drawn at most ten times a second, however much happens", () => {
    const terminal = new FakeTerminal(40, 10);
    const board = openShown(terminal);
    terminal.writes.length = 0;
    for (let count = 0; count < 500; count++) {
      lines = [`event ${count}`];
      board.touch();
      vi.advanceTimersByTime(2);
    }
    expect(terminal.writes.length).toBeGreaterThan(0);
    expect(terminal.writes.length).toBeLessThanOrEqual(10);
    board.close();
    expect(terminal.text).toEqual(["event 499"]);
  });

  it("follows the clock once a second, and writes nothing when nothing changed", () => {
    const terminal = new FakeTerminal(40, 10);
    lines = ["time {now}"];
    openShown(terminal);
    terminal.writes.length = 0;
    vi.advanceTimersByTime(3_000);
    expect(terminal.writes).toHaveLength(3);

    lines = ["still"];
    vi.advanceTimersByTime(1_000);
    terminal.writes.length = 0;
    vi.advanceTimersByTime(5_000);
    expect(terminal.writes).toEqual([]);
  });

  it("stays below the log, which scrolls above it", () => {
    const terminal = new FakeTerminal(40, 5);
    const board = openShown(terminal);
    for (let count = 1; count <= 9; count++) {
      board.print(`web-01 | line ${count}`);
      vi.advanceTimersByTime(100);
      expectUsable(terminal);
    }
    const log = Array.from({ length: 9 }, (_, index) => `web-01 | line ${index + 1}`);
    expect(terminal.text).toEqual([...log, "batch 1", "batch 2"]);
  });

  it("wraps long lines of the log, and never its own", () => {
    const terminal = new FakeTerminal(20, 10);
    lines = ["x".repeat(30), "below"];
    const board = openShown(terminal);
    board.print("y".repeat(30));
    vi.advanceTimersByTime(100);
    expect(terminal.text).toEqual(["y".repeat(20), "y".repeat(10), "x".repeat(20), "below"]);
    expect(terminal.wrapped).toBe(1);
  });

  it("asks for one row less than the terminal has, and takes no more", () => {
    const terminal = new FakeTerminal(40, 4);
    lines = ["1", "2", "3", "4", "5"];
    const board = openShown(terminal);
    board.touch();
    vi.advanceTimersByTime(100);
    expect(screens.at(-1)).toEqual({ columns: 40, rows: 3, color: false, unicode: true });
    expect(terminal.text).toEqual(["1", "2", "3"]);
  });

  it("fits itself to a terminal that is resized", () => {
    const terminal = new FakeTerminal(40, 10);
    openShown(terminal);
    lines = ["narrow"];
    terminal.resize(30, 8);
    vi.advanceTimersByTime(100);
    expect(screens.at(-1)).toMatchObject({ columns: 30, rows: 7 });
    expect(terminal.text).toEqual(["narrow"]);
  });

  it("goes further up where a narrower terminal has broken its lines", () => {
    const terminal = new FakeTerminal(40, 10);
    lines = ["x".repeat(35), "y".repeat(10)];
    openShown(terminal);
    terminal.writes.length = 0;
    lines = ["narrow"];
    terminal.resize(20, 10);
    vi.advanceTimersByTime(100);
    expect(terminal.writes[0]?.startsWith("\u001b[3A")).toBe(true);
  });

  it("keeps the first and last lines of a command that prints too fast", () => {
    const terminal = new FakeTerminal(60, 10);
    const board = openShown(terminal);
    for (let count = 1; count <= 100_000; count++) board.print(`line ${count}`);
    vi.advanceTimersByTime(100);
    expect(terminal.text).toHaveLength(503);
    expect(terminal.text.slice(0, 2)).toEqual(["line 1", "line 2"]);
    expect(terminal.text).toContain("(99500 lines left out)");
    expect(terminal.text.at(-3)).toBe("line 100000");
  });

  it("waits for a terminal that cannot keep up, and then shows the newest state", () => {
    const terminal = new FakeTerminal(40, 10);
    terminal.accepts = false;
    const board = openShown(terminal);
    for (const text of ["old", "newer", "newest"]) {
      lines = [text];
      board.touch();
      vi.advanceTimersByTime(1_000);
    }
    expect(terminal.writes).toHaveLength(1);
    terminal.accepts = true;
    terminal.emit("drain");
    vi.advanceTimersByTime(100);
    expect(terminal.writes).toHaveLength(2);
    expect(terminal.text).toEqual(["newest"]);
  });

  it("shows the last state when it is closed, and nothing afterwards", () => {
    const terminal = new FakeTerminal(40, 10);
    const board = open(terminal);
    board.touch();
    board.print("last words");
    board.close();
    board.close();
    board.print("too late");
    board.touch();
    vi.advanceTimersByTime(5_000);
    expect(terminal.text).toEqual(["last words", "batch 1", "batch 2"]);
    expect(vi.getTimerCount()).toBe(0);
    expect(terminal.listenerCount("resize") + terminal.listenerCount("drain")).toBe(0);
    expectUsable(terminal);
  });

  it("survives a terminal that goes away", () => {
    const terminal = new FakeTerminal(40, 10);
    const board = openShown(terminal);
    terminal.emit("error", new Error("EIO"));
    terminal.writes.length = 0;
    board.print("unseen");
    board.close();
    vi.advanceTimersByTime(2_000);
    expect(terminal.writes).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
