import { findNearest } from "./nearest.ts";
import type { PlanPath } from "./path.ts";
import { keysOf } from "./schema/lookup.ts";
import { PlanDocument } from "./schema/plan.ts";
import { type StructureIssue, toPlanPath } from "./structure.ts";

/** What is left of a plan without its broken entries, for the rules that this does not mislead. */
export type Remains = Readonly<{
  plan: PlanDocument;
  /** Mappings that something was taken from: what a rule says there may be an echo. */
  touched: readonly PlanPath[];
  /** Sections that are missing here, although the author wrote them. */
  lost: ReadonlySet<string>;
}>;

/** Stand in for a section that must be there. Rules that read it are not asked. */
const STAND_INS: Readonly<Record<string, unknown>> = {
  "change-plan": 1,
  change: { id: "unknown", title: "unknown" },
  targets: { hosts: [{ name: "unknown" }] },
  strategy: { "big-bang": {} },
  apply: { each: [{ run: "true", "read-only": true }] },
};

/** Lets the rules across fields speak although the schema found something: every problem at once. */
export function recoverPlan(value: object, issues: readonly StructureIssue[]): Remains | null {
  const copy = structuredClone(value) as Record<string, unknown>;
  const touched = issues.flatMap((issue) => removeFault(copy, issue));
  const first = PlanDocument.safeParse(copy);
  const meant = findMeantSections(issues);
  if (first.success) return { plan: first.data, touched, lost: new Set(meant) };

  const broken = first.error.issues.flatMap(({ path }) => (path[0] === undefined ? [] : [String(path[0])]));
  for (const section of broken) {
    if (Object.hasOwn(STAND_INS, section)) copy[section] = STAND_INS[section];
    else delete copy[section];
  }
  const second = PlanDocument.safeParse(copy);
  return second.success ? { plan: second.data, touched, lost: new Set([...broken, ...meant]) } : null;
}

/** A misspelt section is there, and cannot be read. */
function findMeantSections(issues: readonly StructureIssue[]): string[] {
  return issues.flatMap((issue) => {
    if (issue.code !== "unrecognized_keys" || issue.path.length > 0) return [];
    return issue.keys.flatMap((key) => findNearest(key, keysOf(PlanDocument)) ?? []);
  });
}

function removeFault(root: Record<string, unknown>, issue: StructureIssue): PlanPath[] {
  const path = toPlanPath(issue.path);
  if (issue.code !== "unrecognized_keys") return removeAt(root, path) ? [path.slice(0, -1)] : [];
  for (const key of issue.keys) removeAt(root, [...path, key]);
  return path.length === 0 ? [] : [path];
}

/** False where there is no key to remove: a list item, or something that is missing. */
function removeAt(root: Record<string, unknown>, path: PlanPath): boolean {
  const key = path.at(-1);
  let owner: unknown = root;
  for (const segment of path.slice(0, -1)) {
    if (typeof owner !== "object" || owner === null) return false;
    owner = (owner as Record<string | number, unknown>)[segment];
  }
  if (typeof key !== "string" || typeof owner !== "object" || owner === null) return false;
  return Object.hasOwn(owner, key) && Reflect.deleteProperty(owner, key);
}
