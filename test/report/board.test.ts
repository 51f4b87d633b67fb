import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Account, accountOf } from "../../src/report/accounting.ts";
import { renderBar } from "../../src/report/bar.ts";
import { renderBoard } from "../../src/report/board.ts";
import { displayWidth } from "../../src/report/columns.ts";
import { UNICODE } from "../../src/report/glyphs.ts";
import { type Mark, progressOf } from "../../src/report/progress.ts";
import { makeChange } from "./changes.ts";
import { HOSTILE_CASES } from "./hostile.ts";
import { SCENARIOS, Tale, tellIncomplete, tellTrigger } from "./scenarios.ts";

const WIDE = { columns: 80, rows: 24, color: false, unicode: true };

function stripColor(line: string): string {
  return line.replace(new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, "gu"), "");
}

function replayed(tale: Tale, check: (tale: Tale) => void): void {
  const again = new Tale(tale.change);
  for (const { at, ...fact } of tale.events) {
    again.tell(fact, Date.parse(at) - again.nowMs);
    check(again);
  }
}

describe("the counts of a board", () => {
  const MARKS_OF: Readonly<Record<Account, readonly Mark[]>> = {
    untouched: ["waiting"],
    updated: ["updated"],
    "rolled-back": ["rolled-back"],
    failed: ["failed"],
    unknown: ["changing", "undoing", "unknown"],
  };

  it.each(Object.entries(SCENARIOS))("agree with the state after every event: %s", (_, tell) => {
    replayed(tell(), (tale) => {
      const { total, batches, marks, trouble } = progressOf(tale.state);
      expect(tale.progress.total).toEqual(total);
      expect(tale.progress.batches).toEqual(batches);
      expect(tale.progress.marks).toEqual(marks);
      expect(tale.progress.trouble).toEqual(trouble);
      for (const { name } of tale.change.targets) {
        expect(MARKS_OF[accountOf(tale.state, name)]).toContain(tale.progress.marks.get(name) ?? "waiting");
      }
    });
  });
});

describe("a frame", () => {
  it.each([
    [80, 24],
    [80, 8],
    [80, 3],
    [80, 1],
    [80, 0],
    [40, 12],
    [20, 10],
    [5, 5],
    [1, 2],
    [0, 4],
    [200, 60],
  ])("has no more than its %i columns and %i rows, at every moment", (columns, rows) => {
    for (const tell of [tellTrigger, tellIncomplete, tellWide]) {
      replayed(tell(), ({ state, progress, nowMs }) => {
        for (const unicode of [true, false]) {
          const lines = renderBoard({ state, progress }, nowMs, { columns, rows, color: true, unicode });
          expect(lines.length).toBeLessThanOrEqual(rows);
          for (const line of lines) expect(displayWidth(stripColor(line))).toBeLessThanOrEqual(columns);
        }
      });
    }
  });

  it("is ASCII and without colour where the terminal has neither", () => {
    const tale = tellWide();
    const frame = renderBoard(tale, tale.nowMs, { ...WIDE, unicode: false }).join("");
    expect(frame).toMatch(/^[ -~]*$/u);
  });

  it("is the same with and without colour, but for the colour", () => {
    const tale = tellIncomplete();
    const colored = renderBoard(tale, tale.nowMs, { ...WIDE, color: true });
    expect(colored.map((line) => stripColor(line).trimEnd())).toEqual(renderBoard(tale, tale.nowMs, WIDE));
    expect(colored.join("")).not.toBe(renderBoard(tale, tale.nowMs, WIDE).join(""));
  });

  it.each(HOSTILE_CASES)("obeys no control character and wraps at nothing: %s", (_, text) => {
    const base = makeChange([1]);
    const name = text.slice(0, 60) || "x";
    const change = { ...base, id: text, title: text, environment: text, version: text };
    const targets = [{ name, host: "h", zone: null }];
    const tale = new Tale({ ...change, targets, rollout: { ...base.rollout, batches: [[name]] } });
    tale.start().open(0).update(name).health(name, "unhealthy", text.slice(0, 2_000));
    for (const line of renderBoard(tale, tale.nowMs, WIDE)) {
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      expect(displayWidth(line)).toBeLessThanOrEqual(80);
    }
  });

  it("shows one failed target among thousands in the bar, and never 100 % before the last", () => {
    const tale = new Tale(makeChange([1_000])).start().open(0);
    const names = tale.change.targets.map(({ name }) => name);
    for (const name of names.slice(0, 999)) tale.update(name).health(name, "healthy");
    tale.tell({ kind: "target-failed", target: names[999]!, cause: "step", reason: "exit 1" });
    const [, bar = ""] = renderBoard(tale, tale.nowMs, WIDE);
    expect(bar.match(/✖/gu)).toHaveLength(1);
    expect(bar).toContain("99 %");
    expect(displayWidth(bar)).toBeLessThanOrEqual(80);
  });

  it("counts down the bake time and counts up the time that a step takes", () => {
    const tale = new Tale(makeChange([1, 1])).start().open(0).update("web-01").health("web-01", "healthy");
    tale.tell({ kind: "bake-started", batch: 0 });
    expect(renderBoard(tale, tale.nowMs + 50_000, WIDE).join("\n")).toContain("baking, 1:10 left");
    tale.tell({ kind: "batch-passed", batch: 0 }).open(1).begin("web-02", 1);
    expect(renderBoard(tale, tale.nowMs + 65_000, WIDE).join("\n")).toMatch(/web-02 {2}Install 1:05/u);
  });

  it("keeps the batch that something happens in among hundreds of batches in sight", () => {
    const tale = new Tale(makeChange(Array.from({ length: 300 }, () => 1))).start();
    for (let batch = 0; batch < 200; batch++) tale.pass(batch);
    tale.open(200).begin("web-201", 0);
    const frame = renderBoard(tale, tale.nowMs, WIDE).join("\n");
    expect(frame).toMatch(/^ \S Batch 201 /mu);
    expect(frame).toMatch(/\d+ batches before/u);
    expect(frame).toMatch(/\d+ batches after/u);
  });

  it("names as many targets as fit, the failing ones first, and counts the others", () => {
    const tale = new Tale(makeChange([40])).start().open(0);
    const names = tale.change.targets.map(({ name }) => name);
    for (const name of names) tale.begin(name, 0);
    tale.health(names[30]!, "unhealthy", "503");
    const lines = renderBoard(tale, tale.nowMs, { ...WIDE, rows: 14 });
    const shown = lines.filter((line) => /web-/u.test(line));
    const more = Number(/and (\d+) more/u.exec(lines.join("\n"))?.[1]);
    expect(shown[0]).toContain("web-31");
    expect(shown.filter((line) => /^ \S web-/u.test(line)).length + more).toBe(40);
  });

  it("costs no more with a hundred thousand targets than its rows", () => {
    const tale = new Tale(makeChange([100_000])).start().open(0);
    for (const { name } of tale.change.targets.slice(0, 10)) tale.begin(name, 0);
    let walked = 0;
    const watched = new Proxy(tale.state.targets, {
      get(target, key) {
        if (key === Symbol.iterator || key === "keys" || key === "values" || key === "entries") walked++;
        const value = Reflect.get(target, key, target) as unknown;
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    renderBoard({ state: { ...tale.state, targets: watched }, progress: tale.progress }, tale.nowMs, WIDE);
    expect(walked).toBe(0);
  });
});

describe("a bar", () => {
  it("has exactly its cells, and one at least for every kind of target while there is room", () => {
    const count = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 3 }), fc.nat(100_000));
    const tallies = fc.record({
      updated: count,
      changing: count,
      failed: count,
      unknown: count,
      undoing: count,
      "rolled-back": count,
      waiting: count,
    });
    fc.assert(
      fc.property(tallies, fc.integer({ min: 7, max: 200 }), (tally, width) => {
        const spans = renderBar(tally, width, UNICODE);
        const cells = spans.map(({ text }) => text).join("");
        expect([...cells]).toHaveLength(width);
        const present = Object.entries(tally).filter(([, total]) => total > 0);
        if (present.length > 0)
          expect(spans.map(({ style }) => style).sort()).toEqual(present.map(([mark]) => mark).sort());
      }),
    );
  });
});

describe("the width of a text", () => {
  it.each([
    ["abc", 3],
    ["한글", 4],
    ["漢字", 4],
    ["😀", 2],
    ["e\u0301", 1],
    ["✔ ✖ ░█", 6],
    ["ｆｕｌｌ", 8],
  ])("of %s is %i", (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

/** Wide names, wide details, and a rollback half way. */
function tellWide(): Tale {
  const base = makeChange([1, 2, 2]);
  const rename = (name: string) => `서버-${name}-漢字`;
  const targets = base.targets.map((target) => ({ ...target, name: rename(target.name) }));
  const batches = base.rollout.batches.map((batch) => batch.map(rename));
  const change = {
    ...base,
    title: "결제 서비스 업그레이드 ".repeat(4),
    targets,
    rollout: { ...base.rollout, batches },
  };
  const tale = new Tale(change).start().survey().once().pass(0).open(1);
  for (const name of batches[1] ?? []) tale.update(name).health(name, "unhealthy", "응답 없음 ".repeat(30));
  tale.tell({
    kind: "trigger-fired",
    trigger: "장애",
    severity: "critical",
    reason: "응답 없음",
    by: null,
    measurements: [],
  });
  return tale.undo(rename("web-02"), "실패");
}
