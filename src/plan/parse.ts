import type { Finding } from "./finding.ts";
import type { PlanIssue } from "./issue.ts";
import { type PlanPath, startsWith } from "./path.ts";
import { placeFinding, rememberPlaces } from "./places.ts";
import { recoverPlan } from "./recover.ts";
import { stableMsOf } from "./resolve-health.ts";
import { checkRules } from "./rules/all.ts";
import { PlanDocument } from "./schema/plan.ts";
import { describeStructure, type StructureIssue } from "./structure.ts";
import { readYaml } from "./yaml/read.ts";

export type PlanResult =
  /** `issues` are warnings. */
  { ok: true; plan: PlanDocument; issues: PlanIssue[] } | { ok: false; issues: PlanIssue[] };

/** A text with more problems than this has one cause, and nobody reads on. */
const ISSUES_MAX = 200;

/** Every problem at once, in the order of the text. Never throws, whatever the text. */
export function parsePlan(text: string): PlanResult {
  const yaml = readYaml(text);
  if (!yaml.ok) return { ok: false, issues: yaml.issues };

  const checked = checkStructure(yaml.value);
  const plain = checked.findings.filter((finding) => !isEchoOf(finding, yaml.broken));
  const issues = [...yaml.issues, ...plain.map((finding) => placeFinding(finding, yaml.places))].sort(
    byPlace,
  );
  if (checked.plan === null || issues.some((issue) => issue.severity === "error")) {
    return { ok: false, issues: issues.slice(0, ISSUES_MAX) };
  }
  rememberPlaces(checked.plan, yaml.places);
  return { ok: true, plan: checked.plan, issues: issues.slice(0, ISSUES_MAX) };
}

type Checked = { plan: PlanDocument | null; findings: readonly Finding[] };

function checkStructure(value: unknown): Checked {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { plan: null, findings: [notMapping()] };
  }
  const parsed = PlanDocument.safeParse(value, { reportInput: true, jitless: true });
  if (parsed.success) {
    const plan = fillDefaults(parsed.data);
    return { plan, findings: checkRules(plan) };
  }
  const found = describeStructure(parsed.error.issues, value);
  return { plan: null, findings: [...found, ...checkRemains(value, parsed.error.issues)] };
}

/** The one default that depends on another key; filled in, so that both ways to write it are one plan. */
function fillDefaults(plan: PlanDocument): PlanDocument {
  return { ...plan, health: { ...plan.health, stable: stableMsOf(plan.health) } };
}

function checkRemains(value: object, issues: readonly StructureIssue[]): Finding[] {
  const remains = recoverPlan(value, issues);
  if (remains === null) return [];
  return checkRules(remains.plan, remains);
}

/** What was left out for another reason is not missing as well. */
function isEchoOf(finding: Finding, broken: readonly PlanPath[]): boolean {
  return broken.some((path) => path.length > 0 && startsWith(finding.path, path));
}

function byPlace(one: PlanIssue, other: PlanIssue): number {
  return one.line - other.line || one.column - other.column;
}

function notMapping(): Finding {
  return {
    code: "plan-not-mapping",
    path: [],
    message: "The file holds no plan: a plan is a mapping of keys to values.",
    hint: "Start with `change-plan: 1`; examples/ holds plans to begin with.",
  };
}
