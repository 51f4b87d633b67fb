import type { Role } from "../plan/change.ts";
import type { ChangeState } from "../rollout/state.ts";
import { findTrigger } from "./conditions.ts";
import { restoreStatus } from "./evidence-section.ts";
import { groupsOf } from "./groups.ts";
import { firstRole } from "./people.ts";
import { endMsOf, outcomeOf } from "./phase.ts";

export type OwedTask = Readonly<{
  what: string;
  /** Words that may change while the task stays the same; empty where `what` says it all. */
  more: string;
  /** Of the plan's team, without the `@`. */
  owners: readonly string[];
  /** null: now. */
  dueMs: number | null;
}>;

/** From the outcome, the trigger and the budgets. The most urgent first. */
export function listTasks(state: ChangeState): OwedTask[] {
  return [...urgentTasks(state), ...rollbackTasks(state), ...warningTasks(state), ...laterTasks(state)];
}

type Due = Readonly<{ dueMs?: number | null; more?: string }>;

function task(state: ChangeState, what: string, terms: Due & Readonly<{ roles: readonly Role[] }>): OwedTask {
  const { roles, dueMs = null, more = "" } = terms;
  return { what, more, owners: firstRole(state.change, roles), dueMs };
}

/** Whatever stands still until somebody does it. */
function urgentTasks(state: ChangeState): OwedTask[] {
  const { outcome, pause, progress } = state;
  if (pause?.kind === "question" && outcomeOf(state) === null) {
    return [task(state, `Answer warning ${pause.trigger}`, { roles: DECIDERS, dueMs: pause.deadlineMs })];
  }
  switch (outcome?.outcome) {
    case "rollback-incomplete": {
      const more = "as listed above; then run the rollback again, which verifies it";
      return [task(state, "Put back by hand what is left", { roles: DOERS, more })];
    }
    case "frozen": {
      const more = "nothing more happens by itself";
      return [task(state, "Decide how to go on", { roles: DECIDERS, more })];
    }
    case "held": {
      const given =
        progress.unresumed === null ? [] : [task(state, "Give the service back", { roles: DOERS })];
      const more = "a re-run resumes it; a rollback undoes it";
      return [...given, task(state, "Decide whether to resume or to roll back", { roles: DECIDERS, more })];
    }
    default:
      return [];
  }
}

const DECIDERS: readonly Role[] = ["manager", "engineers"];
const DOERS: readonly Role[] = ["engineers", "manager"];
const REVIEWERS: readonly Role[] = ["quality", "manager", "engineers"];
const GUARDS: readonly Role[] = ["security", "manager", "engineers"];

/** After a critical trigger. What failed before anything was touched is owed no review. */
function rollbackTasks(state: ChangeState): OwedTask[] {
  const { rollback, outcome, change } = state;
  if (rollback === null || outcome?.outcome === "rejected") return [];
  const { triggeredMs, verifiedMs } = rollback.times;
  const { announceMs, reviewMs } = change.rollback.budgets;
  const told = { dueMs: triggeredMs + announceMs };
  const review = { dueMs: (verifiedMs ?? triggeredMs) + reviewMs };
  return [
    task(state, "Users told", {
      roles: DECIDERS,
      ...told,
      more: "what is out of order, what serves instead, and until when",
    }),
    ...securityTasks(state, told, review),
    ...dataTasks(state, review),
    task(state, "Cause analysed", { roles: DOERS, ...review }),
    task(state, "Review held", { roles: REVIEWERS, ...review }),
    task(state, "Improvements planned", { roles: DOERS, ...review }),
  ];
}

function securityTasks(state: ChangeState, told: Due, review: Due): OwedTask[] {
  const tell = findTrigger(state.change, state.trigger?.trigger ?? "")?.tell ?? [];
  if (!tell.includes("security")) return [];
  return [
    task(state, "Security team called", { roles: GUARDS, ...told }),
    task(state, "Incident investigated and hardened against", { roles: GUARDS, ...review }),
  ];
}

/** A restore gives back what was saved, and loses what came after. */
function dataTasks(state: ChangeState, review: Due): OwedTask[] {
  const { restores } = state;
  if (restores.length === 0) return [];
  const more = restores.map((name) => `${name}: ${RESTORED[restoreStatus(state, name)]}`).join("; ");
  return [
    task(state, "Extent of the data loss found", { roles: DOERS, ...review }),
    task(state, "Data recovered and its integrity verified", { roles: DOERS, ...review, more }),
    task(state, "Users helped whose data is affected", { roles: DECIDERS, ...review }),
  ];
}

const RESTORED = {
  no: "not restored",
  due: "not restored yet",
  restored: "restored",
  failed: "not restored",
} as const;

/** A warning that was answered is still owed its reason. */
function warningTasks(state: ChangeState): OwedTask[] {
  const { warnings, rollback, change } = state;
  if (rollback !== null) return [];
  const names = [...new Set(warnings.map(({ trigger }) => trigger))];
  return names.map((name) => {
    const first = warnings.find(({ trigger }) => trigger === name)!;
    const dueMs = Date.parse(first.at) + change.rollback.budgets.reviewMs;
    return task(state, `Cause of warning ${name} analysed`, { roles: DOERS, dueMs });
  });
}

/** What the approval was given for, and what is kept for a while. */
function laterTasks(state: ChangeState): OwedTask[] {
  const { approval, change } = state;
  const outcome = outcomeOf(state);
  if (outcome === "rejected") return [];
  const endMs = outcome === null ? state.startedMs : endMsOf(state);
  const review = { dueMs: endMs + change.rollback.budgets.reviewMs };
  const owed = approval?.owed ?? [];
  const isUnnamed = change.type === "emergency" && owed.length === 0 && state.attempt > 0;
  const names = isUnnamed ? ["Review of the emergency change"] : owed;
  const kept = groupsOf(state);
  const release =
    kept?.keptUntilMs == null
      ? []
      : [
          task(state, `Group ${kept.activeBefore} released`, {
            roles: DOERS,
            dueMs: kept.keptUntilMs,
            more: "not before",
          }),
        ];
  return [...names.map((what) => task(state, what, { roles: GUARDS, ...review })), ...release];
}
