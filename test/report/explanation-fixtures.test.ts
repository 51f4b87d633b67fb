import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { explainChange } from "../../src/plan/explain/explain-change.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import { listPlanTargets } from "../../src/plan/plan-targets.ts";
import { resolvePlan } from "../../src/plan/resolve-plan.ts";
import { displayWidth } from "../../src/report/columns.ts";
import { renderExplanationMarkdown } from "../../src/report/explanation-markdown.ts";
import { renderExplanationText } from "../../src/report/explanation-text.ts";
import { renderJson } from "../../src/report/json.ts";
import { ExplanationDocument } from "../plan/explain/explanation-schema.ts";

const FOLDER = "test/fixtures/plans/valid";
const plans = readdirSync(FOLDER).filter((name) => name.endsWith(".yml"));
const NOW = Date.parse("2026-11-27T03:00Z");

/** For plans whose targets stand elsewhere. */
const FOUR = ["a", "b", "c", "d"].map((name) => ({ name, host: name, zone: null }));

function explain(text: string) {
  const parsed = parsePlan(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const { plan } = parsed;
  const inputs = { targets: listPlanTargets(plan) ?? FOUR, version: "2.0", environment: "production" };
  const change = resolvePlan(plan, { ...inputs, digest: "d".repeat(64) });
  return explainChange(plan, change, NOW);
}

describe.each(plans)("the valid plan %s", (name) => {
  const explanation = explain(readFileSync(`${FOLDER}/${name}`, "utf8"));

  it("has an explanation of the documented shape, and no time that is shorter at worst", () => {
    ExplanationDocument.parse(JSON.parse(renderJson(explanation)));
    const { phases, batches, rollback, expectedMs, worstCaseMs } = explanation;
    const all = [...phases, ...batches, rollback, { expectedMs, worstMs: worstCaseMs }];
    expect(all.filter((times) => times.worstMs < times.expectedMs)).toEqual([]);
  });

  it("is drawn within the width, and in a picture that holds our own words alone", () => {
    const text = renderExplanationText(explanation, { columns: 80, unicode: true });
    expect(text.split("\n").filter((line) => displayWidth(line) > 80)).toEqual([]);
    expect(text).not.toMatch(/undefined|NaN|\[object/);
    const markdown = renderExplanationMarkdown(explanation);
    expect(markdown).not.toMatch(/undefined|NaN|\[object/);
    expect(markdown.length).toBeLessThan(60_000);
    const picture = /^```mermaid\n([\s\S]*?)^```$/m.exec(markdown)?.[1];
    expect(picture).toMatch(
      /^gantt\n {4}title .*\n {4}dateFormat .*\n {4}axisFormat .*\n( {4}[\w ():,-]+\n)*$/,
    );
  });
});
