import type { Finding } from "../finding.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { listSteps, type PlacedStep } from "../steps.ts";

/** Every step says how it is undone, or why it is not; and what runs once runs on the runner. */
export function checkSteps(plan: PlanDocument): Finding[] {
  const steps = listSteps(plan);
  const found = steps.flatMap((placed) => [...checkUndo(placed), ...checkPlacement(placed)]);
  return steps.length === 0 ? [nothingToDo()] : found;
}

function checkUndo({ step, name, path }: PlacedStep): Finding[] {
  const claims = [
    ...(step.undo === undefined ? [] : ["undo"]),
    ...(step.irreversible ? ["irreversible"] : []),
    ...(step["read-only"] ? ["read-only"] : []),
  ];
  if (claims.length === 1) return [];
  const second = claims[1];
  if (second === undefined) {
    return [
      {
        code: "step-without-undo",
        path,
        point: "owner",
        message: `Nothing says how the step \`${name}\` is undone.`,
        hint: "Add `undo: <command>`; or `irreversible: true` if that is impossible; or `read-only: true` if it changes nothing.",
      },
    ];
  }
  return [
    {
      code: "step-contradiction",
      path: [...path, second],
      point: "owner",
      message: `The step \`${name}\` has ${claims.join(" and ")}, and they exclude each other.`,
      hint: `Keep one of ${claims.join(", ")}.`,
    },
  ];
}

function checkPlacement({ step, name, path, scope }: PlacedStep): Finding[] {
  if (scope === "each" || step.on !== "targets") return [];
  return [
    {
      code: "once-step-on-targets",
      path: [...path, "on"],
      message: `The step \`${name}\` runs once, so it cannot run on the targets.`,
      hint: "Write `on: runner`, or move the step to `apply.each`.",
    },
  ];
}

function nothingToDo(): Finding {
  return {
    code: "nothing-to-do",
    path: ["apply"],
    point: "owner",
    message: "The plan has no step.",
    hint: "Give `apply.each` the steps that change a target, or `apply.before` those that run once.",
  };
}
