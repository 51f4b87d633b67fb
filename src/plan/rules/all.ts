import type { Finding } from "../finding.ts";
import { type PlanPath, startsWith } from "../path.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { checkApprovals, warnOfNoApproval, warnOfSelfApproval } from "./approvals.ts";
import { checkBudgets } from "./budgets.ts";
import { checkCredentials } from "./credentials.ts";
import { checkDates } from "./dates.ts";
import { checkDuties } from "./duties.ts";
import { checkPlanFit } from "./fit.ts";
import { checkGrouping, checkGroups, checkSwitch } from "./groups.ts";
import { checkHealth } from "./health.ts";
import { checkIrreversible } from "./irreversible.ts";
import { checkNames } from "./names.ts";
import { checkRoles, warnOfAnswers } from "./roles.ts";
import { warnOfSafety } from "./safety.ts";
import { checkSchedule, warnOfNoEnd } from "./schedule.ts";
import { checkSteps } from "./steps.ts";
import { checkStrategy } from "./strategy.ts";
import { warnOfStrategy } from "./strategy-fit.ts";
import { checkConnection, checkHosts } from "./targets.ts";
import { checkTriggers } from "./triggers.ts";
import { checkUrls } from "./urls.ts";
import { checkVariables } from "./variables.ts";
import { checkWindows } from "./windows.ts";

type Section = keyof PlanDocument;
type Rule = Readonly<{
  check: (plan: PlanDocument) => readonly Finding[];
  /** Sections whose absence would make the rule say something that is not so. */
  needs: readonly Section[];
}>;

const TIMES: readonly Section[] = [
  "change",
  "targets",
  "strategy",
  "apply",
  "health",
  "schedule",
  "rollback",
  "backups",
  "triggers",
  "preflight",
  "prepare",
  "verify",
  "notify",
];

/** A new theme is a file beside this one and a line here. */
const RULES: readonly Rule[] = [
  { check: checkSteps, needs: ["apply"] },
  { check: checkIrreversible, needs: ["apply", "strategy", "backups"] },
  { check: checkDates, needs: [] },
  { check: checkSchedule, needs: [] },
  { check: checkWindows, needs: [] },
  { check: checkBudgets, needs: ["change", "schedule", "rollback"] },
  { check: checkNames, needs: [] },
  { check: checkHealth, needs: [] },
  { check: checkCredentials, needs: [] },
  { check: checkTriggers, needs: ["health", "backups"] },
  { check: checkRoles, needs: ["team"] },
  { check: checkApprovals, needs: [] },
  { check: checkDuties, needs: ["change", "team", "approvals", "requires", "apply", "strategy"] },
  { check: checkUrls, needs: [] },
  { check: checkVariables, needs: ["targets"] },
  { check: checkHosts, needs: [] },
  { check: checkConnection, needs: [] },
  { check: checkGrouping, needs: ["targets", "strategy"] },
  { check: checkGroups, needs: [] },
  { check: checkSwitch, needs: [] },
  { check: checkStrategy, needs: ["targets", "strategy"] },
  { check: checkPlanFit, needs: TIMES },
  { check: warnOfStrategy, needs: ["change", "targets", "strategy", "schedule"] },
  { check: warnOfSafety, needs: ["change", "targets", "health", "backups"] },
  { check: warnOfSelfApproval, needs: [] },
  { check: warnOfNoApproval, needs: ["change", "approvals"] },
  { check: warnOfNoEnd, needs: [] },
  { check: warnOfAnswers, needs: ["team", "triggers"] },
];

/** What keeps a rule from being asked, or from being believed. */
export type Gaps = Readonly<{ lost: ReadonlySet<string>; touched: readonly PlanPath[] }>;

const NO_GAPS: Gaps = { lost: new Set(), touched: [] };

/** What no single field can show. */
export function checkRules(plan: PlanDocument, gaps: Gaps = NO_GAPS): Finding[] {
  return RULES.filter(({ needs }) => !needs.some((section) => gaps.lost.has(section))).flatMap((rule) =>
    rule.check(plan).filter((finding) => isSure(finding, rule, gaps)),
  );
}

function isSure({ path }: Finding, { needs }: Rule, { touched }: Gaps): boolean {
  const section = String(path[0]);
  return !touched.some((owner) => {
    const where = String(owner[0]);
    return startsWith(path, owner) || (where !== section && needs.some((needed) => needed === where));
  });
}
