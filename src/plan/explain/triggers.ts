import type { PlanDocument } from "../schema/plan.ts";
import type { Limit } from "../schema/probe.ts";
import { ON_WARNING_DEFAULT } from "../schema/triggers.ts";
import { nameStep } from "../steps.ts";

/** What ends the change early, beside a failed step or health gate. */
export type TriggerExplanation = Readonly<{
  name: string;
  severity: "critical" | "warning";
  when: Condition;
  /** Names of what runs at once, before the rollback. */
  respond: readonly string[];
  /** Backups that its rollback restores. */
  restore: readonly string[];
  tell: readonly string[];
}>;

export type Condition =
  | Readonly<{
      kind: "check";
      check: string;
      below: Limit | null;
      above: Limit | null;
      worseByPercent: number | null;
      forMs: number;
      /** Of the targets; null: any one of them is enough. */
      sharePercent: number | null;
    }>
  | Readonly<{ kind: "issues"; label: string; moreThan: number }>;

/** How a warning is answered. */
export type WarningRule = Readonly<{ askMs: number; otherwise: "rollback" | "continue" | "hold" }>;

type Trigger = PlanDocument["triggers"][number];

export function listTriggers({ triggers }: PlanDocument): TriggerExplanation[] {
  return triggers.map(({ name, severity, when, respond, restore, tell }) => ({
    name,
    severity,
    when: explainCondition(when),
    respond: (respond ?? []).map(nameStep),
    restore: restore ?? [],
    tell: tell ?? [],
  }));
}

/** null: no trigger of the plan is a warning, so nothing is asked. */
export function explainWarnings(plan: PlanDocument): WarningRule | null {
  if (!plan.triggers.some(({ severity }) => severity === "warning")) return null;
  const { ask, otherwise } = plan["on-warning"] ?? ON_WARNING_DEFAULT;
  return { askMs: ask, otherwise };
}

function explainCondition(when: Trigger["when"]): Condition {
  const { check, below, above, share, "issues-labelled": label } = when;
  if (check === undefined) return { kind: "issues", label: label ?? "", moreThan: when["more-than"] ?? 0 };
  return {
    kind: "check",
    check,
    below: below ?? null,
    above: above ?? null,
    worseByPercent: when["worse-by"] ?? null,
    forMs: when.for,
    sharePercent: share ?? null,
  };
}
