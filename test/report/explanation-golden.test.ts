import { describe, expect, it } from "vitest";
import { explainChange } from "../../src/plan/explain/explain-change.ts";
import { renderExplanationMarkdown } from "../../src/report/explanation-markdown.ts";
import { renderExplanationText } from "../../src/report/explanation-text.ts";
import { renderJson } from "../../src/report/json.ts";
import { ExplanationDocument } from "../plan/explain/explanation-schema.ts";
import { BIG_BANG, BLUE_GREEN, load, PLAN, SCHEDULE } from "../plan/explain/plans.ts";

/** Six hours before the window of `SCHEDULE` opens. */
const NOW = Date.parse("2026-11-27T03:00Z");
const PLANS = { rolling: PLAN + SCHEDULE, "blue-green": BLUE_GREEN, "big-bang": BIG_BANG };

const golden = (name: string) => `../fixtures/explanations/${name}`;

describe.each(Object.entries(PLANS))("a %s plan", (name, text) => {
  it("has the picture, summary and document that the fixtures show", async () => {
    const { plan, change } = load(text);
    const explanation = explainChange(plan, change, NOW);
    const ascii = renderExplanationText(explanation, { columns: 72, unicode: false });
    const unicode = renderExplanationText(explanation, { columns: 100, unicode: true });

    await expect(`${unicode}\n${"=".repeat(72)}\n\n${ascii}`).toMatchFileSnapshot(golden(`${name}.txt`));
    await expect(renderExplanationMarkdown(explanation)).toMatchFileSnapshot(golden(`${name}.md`));
    await expect(`${renderJson(ExplanationDocument.parse(explanation), 2)}\n`).toMatchFileSnapshot(
      golden(`${name}.json`),
    );
  });
});
