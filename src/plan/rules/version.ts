import type { Finding } from "../finding.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { listSteps, type PlacedStep } from "../steps.ts";

const PREVIOUS = "PREVIOUS_VERSION";

/** PREVIOUS_VERSION exists only per target, and only where the plan says how to read it. */
export function checkVersion(plan: PlanDocument): Finding[] {
  return listSteps(plan).flatMap((placed) =>
    (["run", "undo"] as const)
      .filter((key) => mentions(placed.step[key] ?? "", PREVIOUS))
      .flatMap((key) => checkMention(plan, placed, key)),
  );
}

function checkMention(plan: PlanDocument, { name, path, scope }: PlacedStep, key: "run" | "undo"): Finding[] {
  if (plan.targets.version === undefined) {
    return [
      {
        code: "previous-version-unknown",
        path: [...path, key],
        message: `The step \`${name}\` uses ${PREVIOUS}, and nothing records it.`,
        hint: "Add `targets.version: <a command that prints the version that a target runs>`.",
      },
    ];
  }
  if (scope === "each") return [];
  return [
    {
      code: "previous-version-in-once-step",
      path: [...path, key],
      message: `The step \`${name}\` runs once, and ${PREVIOUS} is recorded for each target.`,
      hint: "Move the step to `apply.each`, or let its command find the version by itself.",
    },
  ];
}

/** As a whole word: MY_PREVIOUS_VERSION is another variable. */
function mentions(script: string, variable: string): boolean {
  return new RegExp(`(?<![A-Za-z0-9_])${variable}(?![A-Za-z0-9_])`).test(script);
}
