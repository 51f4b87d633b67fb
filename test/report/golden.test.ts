import { describe, expect, it } from "vitest";
import { renderBoard } from "../../src/report/board.ts";
import { renderIssue } from "../../src/report/issue.ts";
import { renderJson } from "../../src/report/json.ts";
import { openLog, renderLines } from "../../src/report/lines.ts";
import { buildResult } from "../../src/report/result.ts";
import { Result } from "../../src/report/result-schema.ts";
import { renderSummary } from "../../src/report/summary.ts";
import { evolve } from "../../src/rollout/evolve.ts";
import { openState } from "../../src/rollout/open-state.ts";
import { EXTRAS, SCENARIOS, type Tale, tellTrigger } from "./scenarios.ts";
import { tellChecked, tellWarning, WHOLE_SCENARIOS } from "./tales.ts";

const BOARD = { columns: 80, rows: 24, color: false, unicode: true };

function golden(name: string): string {
  return `../fixtures/reports/${name}`;
}

function logOf(tale: Tale): string {
  const state = openState(tale.change);
  const log = openLog();
  const signs = { "group-start": "▼ ", "group-end": "▲", line: "  " };
  const lines = tale.events.flatMap((event) => renderLines(event, evolve(state, event), log));
  return `${lines.map(({ kind, level, text }) => `${level.padEnd(8)} ${signs[kind]}${text}`.trimEnd()).join("\n")}\n`;
}

describe.each(Object.entries({ ...SCENARIOS, ...WHOLE_SCENARIOS }))(
  "a change that ends as %s",
  (name, tell) => {
    it("has the issue, summary, log, board and result that the fixtures show", async () => {
      const tale = tell();
      const { title, labels, body } = renderIssue(tale.state, tale.timeline, EXTRAS);
      const issue = `title: ${title}\nlabels: ${labels.join(", ")}\n\n${body}\n`;
      const result = buildResult(tale.state, EXTRAS);

      await expect(issue).toMatchFileSnapshot(golden(`${name}.issue.md`));
      await expect(renderSummary(tale.state, tale.timeline, EXTRAS)).toMatchFileSnapshot(
        golden(`${name}.summary.md`),
      );
      await expect(logOf(tale)).toMatchFileSnapshot(golden(`${name}.log.txt`));
      await expect(`${renderBoard(tale, tale.nowMs, BOARD).join("\n")}\n`).toMatchFileSnapshot(
        golden(`${name}.board.txt`),
      );
      await expect(`${renderJson(Result.parse(result), 2)}\n`).toMatchFileSnapshot(
        golden(`${name}.result.json`),
      );
    });
  },
);

describe("a board in the middle of a batch", () => {
  it("shows the batches, the targets that matter and the last event", async () => {
    const tale = tellTrigger();
    const ascii = renderBoard(tale, tale.nowMs, { ...BOARD, unicode: false });
    const frame = renderBoard(tale, tale.nowMs, BOARD);
    await expect(`${frame.join("\n")}\n\n${ascii.join("\n")}\n`).toMatchFileSnapshot(
      golden("under-way.board.txt"),
    );
  });
});

describe("a warning that asks a person", () => {
  it("has the issue, summary and board that the fixtures show, with nothing rolled back", async () => {
    const { state, timeline, nowMs, progress } = tellWarning();
    const { title, labels, body } = renderIssue(state, timeline, EXTRAS);
    await expect(`title: ${title}\nlabels: ${labels.join(", ")}\n\n${body}\n`).toMatchFileSnapshot(
      golden("warning.issue.md"),
    );
    await expect(renderSummary(state, timeline, EXTRAS)).toMatchFileSnapshot(golden("warning.summary.md"));
    const frames = [true, false].map((unicode) =>
      renderBoard({ state, progress }, nowMs + 60_000, { ...BOARD, columns: 110, unicode }).join("\n"),
    );
    await expect(`${frames.join("\n\n")}\n`).toMatchFileSnapshot(golden("warning.board.txt"));
  });
});

describe("a board before the first batch", () => {
  it("shows the phases and what is waited for", async () => {
    const checked = tellChecked();
    const notice = tellChecked().survey().tell({ kind: "notice-given", failed: [] });
    const frames = [checked, notice].map((tale) =>
      renderBoard(tale, tale.nowMs + 90_000, { ...BOARD, columns: 120 }).join("\n"),
    );
    await expect(`${frames.join("\n\n")}\n`).toMatchFileSnapshot(golden("before.board.txt"));
  });
});
