import { describeEvent } from "../../src/report/describe-event.ts";
import type { Scenario } from "./scenario.ts";
import type { Told } from "./story.ts";

const LINES_MAX = 120;

/** A story for people: what was against it, what the journal says, and which promise was broken. */
export function retell(scenario: Scenario, told: Told): string {
  const { change, faults, script, chapters } = scenario;
  const rates = Object.entries(faults).flatMap(([name, rate]) => (rate > 0 ? [`${name} ${rate}`] : []));
  const lines = told.journal.map((event) => `  ${event.at.slice(11, 23)}  ${describeEvent(event, change)}`);
  const left = lines.length - LINES_MAX;
  return [
    `${change.rollout.strategy}, ${change.targets.length} targets; faults: ${rates.join(", ") || "none"}`,
    ...chapters.map((chapter, i) => `  process ${i + 1}: ${JSON.stringify(chapter)}`),
    ...script.map((fault) => `  ${JSON.stringify(fault)}`),
    ...(left > 0 ? [`  … ${left} events before`, ...lines.slice(left)] : lines),
    ...told.broken.map((promise) => `  BROKEN ${promise}`),
  ].join("\n");
}
