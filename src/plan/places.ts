import type { Finding } from "./finding.ts";
import type { PlanIssue } from "./issue.ts";
import { type PlanPath, printPath } from "./path.ts";
import type { PlanDocument } from "./schema/plan.ts";

/** Where a node of the plan stands in its text, as offsets. */
export type Place = {
  value: number;
  /** Of its key, or of itself in a list. */
  owner: number;
  children: Map<string | number, Place>;
};

export type Places = Readonly<{
  root: Place;
  /** Line and column of an offset, both from 1. */
  position(offset: number): { line: number; column: number };
}>;

/** Beside the plan instead of in it: comparing and hashing a plan must see nothing but its meaning. */
const placesOfPlans = new WeakMap<PlanDocument, Places>();

export function rememberPlaces(plan: PlanDocument, places: Places): void {
  placesOfPlans.set(plan, places);
}

/** For a plan that did not come from `parsePlan`, everything is at its beginning. */
export function placeInPlan(plan: PlanDocument, finding: Finding): PlanIssue {
  return placeFinding(finding, placesOfPlans.get(plan) ?? null);
}

export function placeFinding(finding: Finding, places: Places | null): PlanIssue {
  const position = places === null ? { line: 1, column: 1 } : places.position(offsetOf(finding, places.root));
  return {
    code: finding.code,
    severity: finding.severity ?? "error",
    path: printPath(finding.path),
    ...position,
    message: finding.message,
    hint: finding.hint,
  };
}

/** What is missing has no place of its own, so its nearest owner stands for it. */
function offsetOf(finding: Finding, root: Place): number {
  const { place, found } = followPath(root, finding.path);
  return found && finding.point !== "owner" ? place.value : place.owner;
}

function followPath(root: Place, path: PlanPath): { place: Place; found: boolean } {
  let place = root;
  for (const segment of path) {
    const child = place.children.get(segment);
    if (child === undefined) return { place, found: false };
    place = child;
  }
  return { place, found: true };
}
