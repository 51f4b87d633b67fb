import type { PlanPath } from "./path.ts";

/** A problem that knows its place in the plan's structure; `placeFinding` finds its line and column. */
export type Finding = Readonly<{
  code: string;
  severity?: "error" | "warning";
  path: PlanPath;
  /** Where to point: at the value (the default) or at the key or list item that holds it. */
  point?: "value" | "owner";
  message: string;
  hint: string;
}>;
