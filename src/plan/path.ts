/** Keys and list positions from the root of the plan. */
export type PlanPath = readonly (string | number)[];

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** `["apply", "each", 0, "run"]` as `apply.each[0].run`. */
export function printPath(path: PlanPath): string {
  return path.map(printSegment).join("");
}

function printSegment(segment: string | number, index: number): string {
  if (typeof segment === "number") return `[${segment}]`;
  if (!PLAIN_KEY.test(segment)) return `[${JSON.stringify(segment)}]`;
  return index === 0 ? segment : `.${segment}`;
}

export function startsWith(path: PlanPath, prefix: PlanPath): boolean {
  return path.length >= prefix.length && prefix.every((segment, index) => path[index] === segment);
}
