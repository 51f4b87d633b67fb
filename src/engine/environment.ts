import type { CommandCall } from "../ports.ts";
import type { StepRun } from "../rollout/event-parts.ts";
import type { ChangeState } from "../rollout/state.ts";

/** The values that a step or a command check may use, by name; never put into its text. */
export function stepEnvironment(state: ChangeState, target: string | null): CommandCall["env"] {
  const { change } = state;
  const shared = {
    CHANGE_ID: change.id,
    CHANGE_VERSION: change.version,
    CHANGE_ENVIRONMENT: change.environment,
    CHANGE_BATCH: "",
    TARGET_NAME: "",
    TARGET_HOST: "",
    TARGET_ZONE: "",
    PREVIOUS_VERSION: "",
    BACKUP_FILE: "",
  };
  if (target === null) return shared;
  const entry = targetsOf(state).get(target);
  const batch = state.targets.get(target)?.batch ?? state.batch.index;
  return {
    ...shared,
    CHANGE_BATCH: String(batch + 1),
    TARGET_NAME: target,
    TARGET_HOST: entry?.host ?? "",
    TARGET_ZONE: entry?.zone ?? "",
    PREVIOUS_VERSION: state.versions.get(target) ?? "",
  };
}

type Entry = ChangeState["change"]["targets"][number];
const INDEXES = new WeakMap<ChangeState["change"], ReadonlyMap<string, Entry>>();

/** The targets by name; made once per change. */
export function targetsOf(state: ChangeState): ReadonlyMap<string, Entry> {
  const known = INDEXES.get(state.change);
  if (known !== undefined) return known;
  const index = new Map(state.change.targets.map((target) => [target.name, target]));
  INDEXES.set(state.change, index);
  return index;
}

/** Names the receipt of a step's run: the same for every process that asks, new for every start. */
export function receiptId(state: ChangeState, run: StepRun): string {
  const { change, attempt } = state;
  const where = run.target ?? "once";
  return [change.environment, change.id, attempt, run.run, where, run.scope, run.step, run.direction].join(
    "/",
  );
}
