import { describe, expect, it } from "vitest";
import { issueFields } from "../../src/adapters/github/issue-text.ts";
import { renderIssue } from "../../src/report/issue.ts";
import { renderIssuesMarkdown } from "../../src/report/plan-report.ts";
import { renderSummary } from "../../src/report/summary.ts";
import { faultsOver } from "./faults.ts";
import { findLive, readPage } from "./markdown-reader.ts";
import { findUnseemly } from "./runner-reader.ts";
import { BENIGN, issuesWith, PLACES, tellWith } from "./stage.ts";

/** Pages must be built as they are around harmless words, and their prose must not come alive. */
function pageFaults(render: (text: string) => string): string[] {
  const expected = readPage(render(BENIGN)).skeleton.join("\n");
  return faultsOver(({ text }) => {
    const markdown = render(text);
    const { skeleton, prose } = readPage(markdown);
    const other =
      skeleton.join("\n") === expected ? [] : [`builds another page: ${difference(skeleton, expected)}`];
    return [...other, ...findLive(prose), ...findUnseemly(markdown)];
  });
}

function difference(skeleton: readonly string[], expected: string): string {
  const wanted = expected.split("\n");
  const at = skeleton.findIndex((tag, index) => tag !== wanted[index]);
  return `${at}: ${skeleton.slice(Math.max(0, at - 2), at + 4).join(" ")}`;
}

describe("a page", () => {
  it("that sums the job up is the same around any text", () => {
    expect(
      pageFaults((text) => {
        const tale = tellWith(text);
        return renderSummary(tale.state, tale.timeline, PLACES);
      }),
    ).toEqual([]);
  });

  it("of the issue is the same around any text, and starts with the one marker", () => {
    expect(
      pageFaults((text) => {
        const tale = tellWith(text);
        const draft = { ...renderIssue(tale.state, tale.timeline, PLACES), reopen: true };
        const { body, title } = issueFields(draft);
        expect(body.startsWith("<!-- change-deploy: production/CHG-2026-0142 -->\n")).toBe(true);
        expect(title.length).toBeLessThan(251);
        expect(findLive(title)).toEqual([]);
        expect(findUnseemly(title)).toEqual([]);
        return body;
      }),
    ).toEqual([]);
  });

  it("of a plan's problems is the same around any text", () => {
    expect(pageFaults((text) => renderIssuesMarkdown(issuesWith(text), "plan.yml"))).toEqual([]);
  });
});
