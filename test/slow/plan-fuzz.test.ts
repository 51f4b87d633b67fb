import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PlanResult, parsePlan } from "../../src/plan/parse.ts";
import { expectSound, planTexts } from "../plan/texts.ts";

const INPUTS = 100_000;
/** Small enough for what a chunk leaves behind to be collected before the next one. */
const CHUNK = 2_000;
const CHUNK_MS_MAX = 300_000;
/** Of the processor, so that a busy machine is no failure. */
const PARSE_MS_MAX = 1_000;

/** The same texts each time; another PLAN_FUZZ_SEED gives others. */
const seed = Number(process.env.PLAN_FUZZ_SEED ?? 20_261_122);
const chunks = Array.from({ length: INPUTS / CHUNK }, (_, index) => index);

describe(`${INPUTS} texts that are plans, nearly, and not at all (PLAN_FUZZ_SEED=${seed})`, () => {
  let plans = 0;

  it.each(chunks)(
    "chunk %i: no crash, no hang, and every rejection has a place",
    (chunk) => {
      const property = fc.property(planTexts, (text) => {
        const { result, ms } = parseTimed(text);
        expect(ms).toBeLessThan(PARSE_MS_MAX);
        expectSound(result, text);
        if (result.ok) plans += 1;
      });
      fc.assert(property, { numRuns: CHUNK, seed: seed + chunk });
    },
    CHUNK_MS_MAX,
  );

  it("were plans often enough for the rules to be asked, and mostly were not", () => {
    expect(plans).toBeGreaterThan(INPUTS / 100);
    expect(plans).toBeLessThan(INPUTS / 2);
  });
});

function parseTimed(text: string): { result: PlanResult; ms: number } {
  const before = process.cpuUsage();
  const result = parsePlan(text);
  const { user, system } = process.cpuUsage(before);
  return { result, ms: (user + system) / 1_000 };
}
