import type { Finding } from "../finding.ts";
import { resolveSchedule } from "../resolve-schedule.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { printSpan } from "../units.ts";
import { isReadable } from "./schedule.ts";
import { longestOpeningMs } from "./window-moments.ts";

type Share = Readonly<{ name: string; ms: number }>;

/** Whether the budgets, one after the other, fit into any window. An emergency may run outside of all. */
export function checkBudgets(plan: PlanDocument): Finding[] {
  const schedule = resolveSchedule(plan);
  if (schedule === null || plan.change.type === "emergency" || !isReadable(plan)) return [];
  const longest = longestOpeningMs(schedule);
  if (longest === null || longest === 0) return [];
  const forward = listForward(plan);
  const back = listBack(plan);
  if (sumOf(back) > longest) return [rollbackTooLong(back, longest)];
  const isPast = forward.length > 0 && sumOf(forward) + sumOf(back) > longest;
  return isPast ? [sumTooLong(forward, back, longest)] : [];
}

const PHASES = ["prepare", "backup", "apply", "verify", "resume"] as const;
/** The review is written afterwards. */
const ROLLBACK = ["decide", "announce", "restore", "verify"] as const;

function listForward({ schedule }: PlanDocument): Share[] {
  const budgets = schedule?.budgets;
  return PHASES.flatMap((name) => {
    const ms = budgets?.[name];
    return ms === undefined ? [] : [{ name, ms }];
  });
}

function listBack({ rollback }: PlanDocument): Share[] {
  return ROLLBACK.map((name) => ({ name, ms: rollback.budgets[name] }));
}

function sumOf(shares: readonly Share[]): number {
  return shares.reduce((sum, { ms }) => sum + ms, 0);
}

function rollbackTooLong(back: readonly Share[], longest: number): Finding {
  return {
    code: "rollback-past-window",
    path: ["schedule", "windows"],
    point: "owner",
    message: `By its budgets a rollback may take ${printSpan(sumOf(back))}, and the longest window lasts ${printSpan(longest)}.`,
    hint: `Lengthen a window, or lower \`rollback.budgets\`: ${printSum(back)}.`,
  };
}

function sumTooLong(forward: readonly Share[], back: readonly Share[], longest: number): Finding {
  const all = sumOf(forward) + sumOf(back);
  return {
    code: "budgets-past-window",
    path: ["schedule", "budgets"],
    point: "owner",
    message: `With a rollback at the end the budgets add up to ${printSpan(all)}, and the longest window lasts ${printSpan(longest)}.`,
    hint: `Lengthen a window, or lower the budgets: ${printSum(forward)} forward, and ${printSum(back)} back.`,
  };
}

/** `apply 6h + verify 3h = 9h`. */
function printSum(shares: readonly Share[]): string {
  const parts = shares.map(({ name, ms }) => `${name} ${printSpan(ms)}`);
  return `${parts.join(" + ")} = ${printSpan(sumOf(shares))}`;
}
