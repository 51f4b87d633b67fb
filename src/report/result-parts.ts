import type { Change } from "../plan/change.ts";
import type { EventOf } from "../rollout/events.ts";
import type { ChangeState } from "../rollout/state.ts";
import { restoreStatus } from "./evidence-section.ts";
import { groupsOf } from "./groups.ts";
import type { OwedTask } from "./owed-tasks.ts";
import { outcomeOf } from "./phase.ts";
import type { Result } from "./result-schema.ts";
import { compareStageBudgets, listStages } from "./stages-told.ts";

type Around = Pick<
  Result,
  "approval" | "checks" | "baselines" | "backups" | "phases" | "budgets" | "service" | "groups" | "question"
>;

/** What a result says about everything around the batches. Its size is that of the plan. */
export function describeAround(state: ChangeState): Around {
  const { change, service, progress } = state;
  return {
    approval: approvalOf(state),
    checks: checksOf(state),
    baselines: [...progress.baselines].map(([check, value]) => ({ check, value })),
    backups: change.backups.map(({ name }) => backupRow(state, name)),
    phases: listStages(state).map(({ stage, status, tookMs }) => ({ phase: stage, status, tookMs })),
    budgets: compareStageBudgets(state),
    service:
      change.health.service.length === 0
        ? null
        : { verdict: service.verdict, measurements: [...service.measurements] },
    groups: groupsRow(state),
    question: questionOf(state),
  };
}

export function firedRow(event: EventOf<"trigger-fired">): NonNullable<Result["trigger"]> {
  const { trigger, severity, reason, by, at, measurements } = event;
  return { name: trigger, severity, reason, by, at, measurements: [...measurements] };
}

export function owedRow({ what, more, owners, dueMs }: OwedTask): Result["owed"][number] {
  const task = more === "" ? what : `${what}: ${more}`;
  return { task, owners: [...owners], due: dueMs === null ? null : iso(dueMs) };
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function approvalOf({ approval }: ChangeState): Result["approval"] {
  if (approval === null) return null;
  const { digest, proof, at, approvals, attestations } = approval;
  return { digest, proof, at, approvals, attestations };
}

/** They are asked in order, and the first that does not pass is the last that is asked. */
function checksOf({ change, progress }: ChangeState): Result["checks"] {
  return [
    ...checkRows("contact", testedContacts(change), progress),
    ...checkRows("preflight", change.preflight.checks, progress),
    ...checkRows("verify", change.verify, progress),
  ];
}

const COUNTERS = { contact: "contacts", preflight: "preflight", verify: "verified" } as const;

function checkRows(
  phase: keyof typeof COUNTERS,
  checks: readonly Readonly<{ name: string }>[],
  progress: ChangeState["progress"],
): Result["checks"] {
  const passed = progress[COUNTERS[phase]];
  const failed = progress.refusal?.phase === phase ? progress.refusal.check : null;
  return checks.map(({ name }, index) => {
    const status = index < passed ? "passed" : index === failed ? "failed" : "not asked";
    return { phase, name, status };
  });
}

function testedContacts({ team }: Change): readonly Readonly<{ name: string }>[] {
  return team.contacts.filter(({ test }) => test !== null);
}

function backupRow(state: ChangeState, name: string): Result["backups"][number] {
  const made = state.progress.backups.get(name);
  const restore = restoreStatus(state, name);
  const nothing = { name, file: null, sha256: null, bytes: null, kept: false, restore, detail: null };
  switch (made?.kind) {
    case undefined:
      return { ...nothing, status: "not made" };
    case "started":
      return { ...nothing, status: "being made", file: made.file };
    case "failed":
      return { ...nothing, status: "failed", detail: made.detail };
    case "made": {
      const { file, sha256, bytes, kept } = made;
      return { ...nothing, status: "verified", file, sha256, bytes, kept };
    }
  }
}

function groupsRow(state: ChangeState): Result["groups"] {
  const groups = groupsOf(state);
  if (groups === null) return null;
  const { activeBefore, changed, switched, keptUntilMs } = groups;
  return { activeBefore, changed, switched, keptUntil: keptUntilMs === null ? null : iso(keptUntilMs) };
}

function questionOf(state: ChangeState): Result["question"] {
  const { pause, change } = state;
  if (pause?.kind !== "question" || outcomeOf(state) !== null) return null;
  return { trigger: pause.trigger, deadline: iso(pause.deadlineMs), otherwise: change.onWarning.otherwise };
}
