import type { Change, ScheduleRules } from "./change.ts";
import { planCourse } from "./explain/course.ts";
import { fullRollbackTimes } from "./explain/full-rollback.ts";
import { listBatchTimes } from "./explain/phases.ts";
import { resolveSchedule } from "./resolve-schedule.ts";
import type { PlanDocument } from "./schema/plan.ts";

/** With what has to fit into a window, reckoned for the change as it is otherwise resolved. */
export function resolveScheduleRules(plan: PlanDocument, change: Change): ScheduleRules | null {
  const schedule = resolveSchedule(plan);
  const section = plan.schedule;
  if (schedule === null || section === undefined) return null;
  const course = planCourse(plan, change);
  return {
    ...schedule,
    outside: section.outside,
    waitLimitMs: section["wait-limit"] ?? 0,
    atEnd: section["at-end"],
    // A key that is not written is absent, and never there without a value.
    budgets: section.budgets as ScheduleRules["budgets"],
    rollbackWorstMs: fullRollbackTimes(plan, change, course).worstMs,
    batchWorstMs: Object.fromEntries(
      [...listBatchTimes(change, course)].map(([size, { worstMs }]) => [String(size), worstMs]),
    ),
  };
}
