import { findUnsupported } from "../../src/plan/executable.ts";
import { PlanDocument } from "../../src/plan/schema/plan.ts";
import { listKeys, printKeyPath } from "./paths.ts";
import { plansWith } from "./samples.ts";

/**
 * What this version understands and does not carry out, as the code says it: by the path of the key, and
 * the values that are meant; null where it is any value.
 */
export type NotCarriedOut = ReadonlyMap<string, readonly string[] | null>;

export function findNotCarriedOut(): NotCarriedOut {
  const found = new Map<string, readonly string[] | null>();
  for (const { path } of listKeys(PlanDocument)) {
    const name = printKeyPath(path);
    if (isWithin(name, found)) continue;
    const tried = plansWith(PlanDocument, path).map((plan) => ({ plan, refused: refusedIn(plan).has(name) }));
    const refused = tried.filter((one) => one.refused);
    if (refused.length === 0) continue;
    found.set(name, refused.length === tried.length ? null : refused.map(({ plan }) => valueAt(plan, path)));
  }
  return found;
}

/** Whether the key, or one that it stands under, is not carried out whatever its value. */
export function isWithin(name: string, found: NotCarriedOut): boolean {
  return [...found].some(([key, values]) => {
    return (
      values === null && (name === key || (name.startsWith(key) && /^[.[]/.test(name.slice(key.length))))
    );
  });
}

/** The paths that the engine refuses in a plan, without the numbers of list items. */
function refusedIn(plan: unknown): ReadonlySet<string> {
  const issues = findUnsupported(PlanDocument.parse(plan));
  return new Set(issues.map(({ path }) => path.replaceAll(/\[\d+\]/g, "[]")));
}

function valueAt(plan: unknown, path: readonly string[]): string {
  const value = path.reduce<unknown>((owner, segment) => {
    const key = segment === "[]" ? "0" : segment === "<name>" ? "blue" : segment;
    return (owner as Record<string, unknown>)[key];
  }, plan);
  return String(value);
}
