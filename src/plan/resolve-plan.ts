import { resolveAmount } from "../rollout/strategies/amount.ts";
import { resolveRollout } from "../rollout/strategies/resolve-rollout.ts";
import type { Change, RollbackRules, RolloutRules, SshSettings, Target } from "./change.ts";
import { splitGroups } from "./explain/groups.ts";
import { listRequirements } from "./explain/people.ts";
import { nameOfVariable } from "./name-of-variable.ts";
import { resolveHealth } from "./resolve-health.ts";
import { needsApproval, resolveNotify, resolveTeam } from "./resolve-people.ts";
import { resolveBackups, resolvePreflight, resolvePrepare, resolveVerify } from "./resolve-phases.ts";
import { resolveScheduleRules } from "./resolve-schedule-rules.ts";
import { resolveStep, resolveSteps } from "./resolve-steps.ts";
import { resolveTriggers } from "./resolve-triggers.ts";
import type { PlanDocument } from "./schema/plan.ts";
import { ON_WARNING_DEFAULT } from "./schema/triggers.ts";

export type ResolveInputs = Readonly<{
  targets: readonly Target[];
  version: string;
  environment: string;
  digest: string;
}>;

/**
 * All that a valid plan says, with every default filled in. It asks no rule about the targets:
 * `resolveChange` does, and only that gives a change which may start. Linear in the number of targets.
 */
export function resolvePlan(plan: PlanDocument, inputs: ResolveInputs): Change {
  const change = resolveWithoutSchedule(plan, inputs);
  return { ...change, schedule: resolveScheduleRules(plan, change) };
}

function resolveWithoutSchedule(plan: PlanDocument, inputs: ResolveInputs): Change {
  const { change } = plan;
  const rollout = resolveRules(
    plan,
    inputs.targets.map(({ name }) => name),
  );
  const { ask, otherwise } = plan["on-warning"] ?? ON_WARNING_DEFAULT;
  return {
    id: change.id,
    title: change.title,
    summary: change.summary ?? null,
    ticket: change.ticket ?? null,
    type: change.type,
    risk: change.risk,
    ...inputs,
    ssh: resolveSsh(plan),
    versionCommand: plan.targets.version ?? null,
    rollout,
    apply: resolveSteps(plan),
    health: resolveHealth(plan),
    rollback: resolveRollback(plan, rollout),
    team: resolveTeam(plan),
    schedule: null,
    requires: listRequirements(plan),
    needsApproval: needsApproval(plan),
    preflight: resolvePreflight(plan),
    backups: resolveBackups(plan),
    prepare: resolvePrepare(plan),
    triggers: resolveTriggers(plan),
    onWarning: { askMs: ask, otherwise },
    verify: resolveVerify(plan),
    notify: resolveNotify(plan),
  };
}

/** Settings that `connect: local` leaves unused are none. */
function resolveSsh({ targets }: PlanDocument): SshSettings | null {
  const { connect, ssh } = targets;
  if (ssh === undefined || connect === "local") return null;
  const { user, key, port, "known-hosts": knownHosts } = ssh;
  return { user, keyEnv: nameOfVariable(key), knownHosts, port };
}

function resolveRules(plan: PlanDocument, names: readonly string[]): RolloutRules {
  const { "blue-green": blueGreen, ...others } = plan.strategy;
  if (blueGreen === undefined) return resolveRollout(others, names);
  const { switch: swap, keep, ...settings } = blueGreen;
  const step = resolveStep(swap, { name: swap.name ?? "switch", on: "runner" });
  const section = { "blue-green": { ...settings, switch: step, keepMs: keep ?? null } };
  return resolveRollout(section, names, splitGroups(plan, names));
}

/** A share is of the targets that are changed: of two groups, those of one. */
function resolveRollback({ rollback }: PlanDocument, { batches }: RolloutRules): RollbackRules {
  const { decide, announce, restore, verify, review } = rollback.budgets;
  const changed = batches.reduce((total, batch) => total + batch.length, 0);
  return {
    parallel: resolveAmount(rollback.parallel, changed),
    budgets: {
      decideMs: decide,
      announceMs: announce,
      restoreMs: restore,
      verifyMs: verify,
      reviewMs: review,
    },
  };
}
