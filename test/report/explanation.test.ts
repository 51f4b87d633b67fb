import { describe, expect, it } from "vitest";
import { explainChange } from "../../src/plan/explain/explain-change.ts";
import { renderExplanationMarkdown } from "../../src/report/explanation-markdown.ts";
import { renderExplanationText } from "../../src/report/explanation-text.ts";
import { load, PLAN, SCHEDULE } from "../plan/explain/plans.ts";

const NOW = Date.parse("2026-11-27T03:00Z");
const explain = (text: string) => {
  const { plan, change } = load(text);
  return explainChange(plan, change, NOW);
};
const textOf = (plan: string, columns = 90, unicode = true) =>
  renderExplanationText(explain(plan), { columns, unicode });

const HOSTILE = PLAN.replace(
  "Checkout 4.2.0",
  '"@octocat ##[error]x ![i](http://evil.example) <b> | ;"',
).replace("name: Schema", 'name: "::stop-commands::x @octocat"');

describe("an explanation as text", () => {
  it("draws the expected course and says what there is to know", () => {
    expect(textOf(PLAN + SCHEDULE)).toBe(`CHG-7 Checkout 4.2.0
normal change of low risk: 10 targets in 4 batches (rolling)
environment production, version 4.2.0
digest ${"d".repeat(64)}

record versions      █                                      12 s, at most 2 min
steps before         ███                                    1 min, at most 10 min
batch 1 (1)             █████████                           3 min 6 s, at most 21 min 1 s
batch 2 (3)                     ██████████                  3 min 6 s, at most 21 min 1 s
batch 3 (3)                              █████████          3 min 6 s, at most 21 min 1 s
batch 4 (3)                                       █████████ 3 min 6 s, at most 21 min 1 s
steps after                                               █ 6 s, at most 1 min

batch 1: 1 target: web-01
batch 2: 3 targets: web-02, web-03, web-04
batch 3: 3 targets: web-05, web-06, web-07
batch 4: 3 targets: web-08, web-09, web-10

Expected: 13 min 42 s, if every command takes a tenth of its timeout.
Worst case: 3 h 45 min, of which a full rollback takes 2 h 8 min.
The window is open from 2026-11-27 18:00 Asia/Seoul to 2026-11-29 12:00 Asia/Seoul.
The latest start is 2026-11-29 08:14 Asia/Seoul.
The point of no return is 2026-11-29 09:51 Asia/Seoul.
The worst case of apply, 1 h 37 min, is over its budget of 30 min.
Nobody has to approve it.
Irreversible: nothing.
A full rollback undoes, in this order: Cache (after), Install (each), Schema (before).
`);
  });

  it("keeps within the columns of the terminal, and to ASCII where that is all it shows", () => {
    const lines = textOf(PLAN, 80, false).split("\n");
    const picture = lines.slice(5, lines.indexOf("", 5));
    expect(picture.filter((line) => line.length > 80)).toEqual([]);
    expect(picture.every((line) => line.includes("#"))).toBe(true);
    expect(/^[\x20-\x7e\n]*$/.test(lines.join("\n"))).toBe(true);
  });

  it("tells many batches as one row", () => {
    const text = textOf(PLAN.replace("web-[01:10]", "web-[1:5000]").replace("[1, 30%]", "[1]"));
    expect(text.split("\n").length).toBeLessThan(50);
    expect(text).toContain("4,989 batches");
    expect(text).toContain("batch 5,000: 1 target: web-5000");
  });

  it("lets nothing of the plan become a command to the runner or a mention", () => {
    const text = textOf(HOSTILE);
    expect(text).not.toMatch(/^::|##\[|@octocat/m);
  });
});

describe("an explanation as Markdown", () => {
  it("draws a mermaid Gantt, and the same as a table", () => {
    const head = renderExplanationMarkdown(explain(PLAN)).split("\n").slice(0, 19).join("\n");
    expect(head).toBe(`## What \`CHG-7\` would do

Checkout 4.2.0: normal change of low risk, 10 targets in 4 batches (rolling), to version \`4.2.0\` in \`production\`.

\`\`\`mermaid
gantt
    title Expected course, in hours and minutes from the start
    dateFormat YYYY-MM-DD HH:mm:ss
    axisFormat %H:%M
    record versions : 2000-01-01 00:00:00, 2000-01-01 00:00:12
    steps before : 2000-01-01 00:00:12, 2000-01-01 00:01:12
    batch 1 (1) : 2000-01-01 00:01:12, 2000-01-01 00:04:18
    batch 2 (3) : 2000-01-01 00:04:18, 2000-01-01 00:07:24
    batch 3 (3) : 2000-01-01 00:07:24, 2000-01-01 00:10:30
    batch 4 (3) : 2000-01-01 00:10:30, 2000-01-01 00:13:36
    steps after : 2000-01-01 00:13:36, 2000-01-01 00:13:42
\`\`\`

| Phase | Starts after | Expected | At most |`);
  });

  it("holds a row per phase and every sentence of the text", () => {
    const markdown = renderExplanationMarkdown(explain(PLAN + SCHEDULE));
    expect(markdown).toContain("| batch 2 (3) | 4 min 18 s | 3 min 6 s | 21 min 1 s |\n");
    expect(markdown).toContain("- The latest start is 2026-11-29 08:14 Asia/Seoul.\n");
    expect(markdown).toContain("- batch 4: 3 targets: web-08, web-09, web-10\n");
  });

  it("lets nothing of the plan become markup, a link or a mention", () => {
    const markdown = renderExplanationMarkdown(explain(HOSTILE));
    expect(markdown).not.toMatch(/@octocat|!\[i\]|<b>|http:\/\/evil/);
  });

  it("names the day where the change takes longer than one", () => {
    const long = PLAN.replace("bake: 2m", "bake: 12h");
    expect(renderExplanationMarkdown(explain(long))).toContain("axisFormat day %-d %H:%M");
  });

  it("draws what takes centuries, too", () => {
    const endless = PLAN.replace("web-[01:10]", "web-[1:4000]")
      .replace("[1, 30%]", "[1]")
      .replace("bake: 2m", "bake: 999d");
    expect(renderExplanationMarkdown(explain(endless))).toContain("batch 4,000");
    expect(textOf(endless)).toContain("Worst case");
  });
});
