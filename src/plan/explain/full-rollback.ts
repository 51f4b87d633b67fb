import type { Change } from "../change.ts";
import type { PlanDocument } from "../schema/plan.ts";
import type { Course } from "./course.ts";
import { rollbackTimes } from "./rollout-times.ts";
import { resumeTimes, triggerTimes } from "./side-times.ts";
import { sumTimes, type Times } from "./times.ts";
import { planWayBack } from "./way-back.ts";

/**
 * From the trigger until the service is given back: what triggers run and restore, all that can be undone,
 * and what the preparation restricted. What the engine keeps free at the end of a window.
 */
export function fullRollbackTimes(plan: PlanDocument, change: Change, course: Course): Times {
  const spread = { size: change.targets.length, parallel: course.parallel };
  return sumTimes([
    rollbackTimes(change, course, planWayBack(plan, course)),
    triggerTimes(plan, spread),
    resumeTimes(plan, spread),
  ]);
}
