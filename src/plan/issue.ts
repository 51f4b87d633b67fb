/** One problem of a plan, where its author can click it. `line` and `column` count from 1. */
export type PlanIssue = {
  /** Stable and kebab-case: runbooks link to it, so never reuse one. */
  code: string;
  severity: "error" | "warning";
  /** Such as `apply.each[0].run`; empty for the plan as a whole. */
  path: string;
  line: number;
  column: number;
  message: string;
  /** One sentence that says what to write instead. */
  hint: string;
};
