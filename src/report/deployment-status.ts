import type { Outcome } from "../rollout/event-parts.ts";

export type DeploymentState = "queued" | "in_progress" | "success" | "failure" | "error" | "inactive";

/** One line of a deployment's history on GitHub. */
export type DeploymentStatus = Readonly<{ state: DeploymentState; description: string }>;

/** One that GitHub has: somebody else may have added it. */
export type SaidStatus = Readonly<{ state: string; description: string }>;

export type DeployingPhase = "gate" | "prepare" | "deploy" | "verify" | "rollback";

const PHASES: Readonly<Record<DeployingPhase, DeploymentStatus>> = {
  gate: { state: "queued", description: "Waiting for the gate: window, approvals and requirements." },
  prepare: { state: "in_progress", description: "Preparing: checks and backups; nothing has changed yet." },
  deploy: { state: "in_progress", description: "Rolling out in batches." },
  verify: { state: "in_progress", description: "Every target is updated; verifying the service." },
  rollback: { state: "in_progress", description: "Rolling back." },
};

const OUTCOMES: Readonly<Record<Outcome, readonly DeploymentStatus[]>> = {
  succeeded: [{ state: "success", description: "Every target is updated and verified." }],
  rejected: [{ state: "failure", description: "A gate said no; nothing was touched." }],
  // Failed first, so that the history shows it, and then no longer in service.
  "rolled-back": [
    { state: "failure", description: "A trigger fired, and the change was rolled back." },
    { state: "inactive", description: "Rolled back: every touched target is verified as it was before." },
  ],
  "rollback-incomplete": [
    { state: "error", description: "Rolled back in part: some targets have to be put back by hand." },
  ],
  frozen: [{ state: "error", description: "Stopped as it is, past a step that cannot be undone." }],
  held: [{ state: "queued", description: "Held between two batches; a re-run goes on." }],
  interrupted: [{ state: "error", description: "Cancelled or killed; a re-run goes on." }],
};

/** What a deployment says while a phase runs. */
export function phaseStatus(phase: DeployingPhase): DeploymentStatus {
  return PHASES[phase];
}

/** What it says in the end, in order. */
export function outcomeStatuses(outcome: Outcome): readonly DeploymentStatus[] {
  return OUTCOMES[outcome];
}

/** What is still to be said of an outcome after the newest status that is there; null: there is none yet. */
export function unsaidStatuses(outcome: Outcome, newest: SaidStatus | null): readonly DeploymentStatus[] {
  const statuses = OUTCOMES[outcome];
  const said = statuses.findIndex((status) => isSame(status, newest));
  const isOwn = Object.values(OUTCOMES).some((all) => all.some((status) => isSame(status, newest)));
  // A later deployment has taken its place: it must not come back to life.
  if (newest?.state === "inactive" && !isOwn) return [];
  return statuses.slice(said + 1);
}

function isSame({ state, description }: DeploymentStatus, other: SaidStatus | null): boolean {
  return state === other?.state && description === other.description;
}
