import { describe, expect, it } from "vitest";
import { explainChange } from "../../src/plan/explain/explain-change.ts";
import { displayWidth } from "../../src/report/columns.ts";
import { renderExplanationMarkdown } from "../../src/report/explanation-markdown.ts";
import { renderExplanationText } from "../../src/report/explanation-text.ts";
import { BIG_BANG, BLUE_GREEN, load, PLAN, SCHEDULE } from "../plan/explain/plans.ts";

const SCREEN = { columns: 90, unicode: true };
const NOW = Date.parse("2026-11-27T03:00Z");
const explain = (text: string, nowMs = NOW) => {
  const { plan, change } = load(text);
  return explainChange(plan, change, nowMs);
};
const textOf = (plan: string, columns = 90, unicode = true) =>
  renderExplanationText(explain(plan), { columns, unicode });

const HOSTILE = PLAN.replace(
  "Checkout 4.2.0",
  '"@octocat ##[error]x ![i](http://evil.example) <b> | ;"',
).replace("name: Schema", 'name: "::stop-commands::x ::stop-commands::y ::add-mask::z"');

describe("an explanation as text", () => {
  it.each([44, 60, 80, 120])("keeps within a terminal of %i columns", (columns) => {
    for (const plan of [PLAN + SCHEDULE, BLUE_GREEN, BIG_BANG]) {
      const lines = textOf(plan, columns).split("\n");
      expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([]);
    }
  });

  it("keeps to ASCII where that is all that the terminal shows", () => {
    const text = textOf(PLAN, 80, false);
    expect(text).toContain("####");
    expect(/^[\x20-\x7e\n]*$/.test(text)).toBe(true);
  });

  it("calls a change by the article that its type wants", () => {
    const emergency = `${PLAN.replace("type: normal", "type: emergency")}
team: { security: [mona] }
approvals: [{ pull-request: true, from: [mona] }]
`;
    expect(textOf(PLAN)).toContain("\nA normal change of ");
    expect(textOf(emergency)).toContain("\nAn emergency change of ");
  });

  it("lists each backup that triggers restore once, after the undos", () => {
    const severe = BIG_BANG.replace(/^( +- \{ name: )data loss(.*)$/m, "$1data loss$2\n$1sabotage$2");
    expect(textOf(BIG_BANG)).toMatch(
      / 1\. Upgrade, .*\n +2\. Restore of ledger, when trigger data loss fired\n/,
    );
    expect(textOf(severe, 120)).toContain(
      "2. Restore of ledger, when one of the triggers data loss, sabotage fired\n",
    );
  });

  it("leaves the bars out where there is no room for them", () => {
    expect(textOf(PLAN, 44)).not.toContain("█");
    expect(textOf(PLAN, 44)).toMatch(/^batch 2 \(3\) +3 min 6 s +21 min 1 s$/m);
  });

  it("says when it is outside of its window, and when that opens", () => {
    const text = textOf(PLAN + SCHEDULE);
    expect(text).toContain("It is outside of its windows at Fri 2026-11-27 12:00.");
    expect(text).toContain("opens at Fri 2026-11-27 18:00, in 6 h, and closes at Sun 2026-11-29 12:00.");
    expect(text).toContain("A start before that is refused.");
  });

  it("says when no window is left", () => {
    const text = renderExplanationText(explain(PLAN + SCHEDULE, Date.parse("2026-12-24T00:00Z")), SCREEN);
    expect(text).toContain("No window opens within a year.");
  });

  it("tells many batches as one row", () => {
    const text = textOf(PLAN.replace("web-[01:10]", "web-[1:5000]").replace("[1, 30%]", "[1]"));
    expect(text.split("\n").length).toBeLessThan(60);
    expect(text).toContain("4,989 batches");
    expect(text).toContain("  4,989 batches in between\n  batch 5,000: 1 target: web-5000");
  });

  it.each([44, 50, 57, 63, 80])(
    "lets nothing of the plan become a command to the runner, %i columns wide",
    (columns) => {
      const text = textOf(HOSTILE, columns);
      expect(text).toContain("stop-commands");
      expect(text).not.toMatch(/^\s*::|##\[/m);
    },
  );

  it("shows names as they can be copied", () => {
    const approved = `${PLAN}approvals: [{ environment: production, from: ["@org/cab"] }]\n`;
    expect(textOf(approved)).toContain("1 approval in the environment production, from @org/cab, except");
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
    expect(markdown).toContain("- The latest start is Sun 2026-11-29 08:14.\n");
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
