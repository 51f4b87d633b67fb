import fc from "fast-check";
import { expect, it } from "vitest";
import { parsePlan } from "../../src/plan/parse.ts";
import { expectSound, planTexts } from "./texts.ts";

it("answers any text, and every rejection has a place in it", () => {
  fc.assert(
    fc.property(planTexts, (text) => {
      expectSound(parsePlan(text), text);
    }),
    { numRuns: 1_500 },
  );
});

it("refuses a line that ends for some programs and not for others", () => {
  const text = "change-plan: 1 # a remark\rteam: {}\n";
  expect(parsePlan(text).issues).toMatchObject([{ code: "control-character", line: 1, column: 26 }]);
  expect(parsePlan("change-plan: 1\r\nteam: {}\r").issues).toMatchObject([{ code: "control-character" }]);
});
