import type { Finding } from "../finding.ts";
import { type PlanPath, startsWith } from "../path.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { checkDates } from "./dates.ts";
import { checkHealth } from "./health.ts";
import { checkIrreversible } from "./irreversible.ts";
import { checkNames } from "./names.ts";
import { checkSteps } from "./steps.ts";
import { checkStrategy } from "./strategy.ts";
import { checkConnection, checkGrouping, checkHosts } from "./targets.ts";
import { checkUrls } from "./urls.ts";
import { checkVersion } from "./version.ts";

type Section = keyof PlanDocument;
type Rule = Readonly<{
  check: (plan: PlanDocument) => readonly Finding[];
  /** Sections whose absence would make the rule say something that is not so. */
  needs: readonly Section[];
}>;

/** A new theme is a file beside this one and a line here. */
const RULES: readonly Rule[] = [
  { check: checkSteps, needs: ["apply"] },
  { check: checkIrreversible, needs: ["apply", "strategy", "backups"] },
  { check: checkDates, needs: [] },
  { check: checkNames, needs: [] },
  { check: checkHealth, needs: [] },
  { check: checkUrls, needs: [] },
  { check: checkVersion, needs: ["targets"] },
  { check: checkHosts, needs: [] },
  { check: checkConnection, needs: [] },
  { check: checkGrouping, needs: ["targets", "strategy"] },
  { check: checkStrategy, needs: ["targets", "strategy"] },
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
