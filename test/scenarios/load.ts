import { readFileSync } from "node:fs";
import type { Change } from "../../src/plan/change.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import { listPlanTargets } from "../../src/plan/plan-targets.ts";
import { resolveChange } from "../../src/plan/resolve.ts";

type Edit = Readonly<{ environment?: string; replace?: readonly (readonly [string, string])[] }>;

/** The change that a plan file of this name stands for: read, checked and resolved as a run does it. */
export function loadScenario(name: string, edit: Edit = {}): Change {
  return loadPlanFile(`test/scenarios/plans/${name}.yml`, edit);
}

/** `replace` puts other text into the plan; each piece has to be there. */
export function loadPlanFile(file: string, { environment = "production", replace = [] }: Edit = {}): Change {
  const text = replace.reduce(
    (plan, [from, to]) => {
      if (!plan.includes(from)) throw new Error(`not in ${file}: ${from}`);
      return plan.replace(from, () => to);
    },
    readFileSync(file, "utf8"),
  );
  const parsed = parsePlan(text);
  if (!parsed.ok) throw new Error(`${file}: ${JSON.stringify(parsed.issues, null, 1)}`);
  const targets = listPlanTargets(parsed.plan);
  if (targets === null) throw new Error(`${file} does not name its targets`);
  const resolved = resolveChange(parsed.plan, {
    targets,
    environment,
    version: "2.0",
    digest: "d".repeat(64),
  });
  if (!resolved.ok) throw new Error(`${file}: ${JSON.stringify(resolved.issues, null, 1)}`);
  return resolved.change;
}
