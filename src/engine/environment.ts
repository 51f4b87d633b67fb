import type { Check } from "../plan/change.ts";
import type { CommandCall } from "../ports.ts";
import type { StepRun } from "../rollout/event-parts.ts";
import type { ChangeState } from "../rollout/state.ts";

/** The values that a step or a command check may use, by name; never put into its text. */
export function stepEnvironment(state: ChangeState, target: string | null): CommandCall["env"] {
  const { change } = state;
  const entry = target === null ? undefined : targetsOf(state).get(target);
  return {
    CHANGE_ID: change.id,
    CHANGE_VERSION: change.version,
    CHANGE_ENVIRONMENT: change.environment,
    CHANGE_BATCH: target === null ? "" : String(batchOf(state, target) + 1),
    TARGET_NAME: target ?? "",
    TARGET_HOST: entry?.host ?? "",
    TARGET_ZONE: entry?.zone ?? "",
    PREVIOUS_VERSION: target === null ? "" : (state.versions.get(target) ?? ""),
    BACKUP_FILE: "",
  };
}

const NO_ENVIRONMENT: CommandCall["env"] = Object.freeze({});

/** What a sample of this check may use: only commands have an environment, and the other kinds are asked by the thousands. */
export function checkEnvironment(
  state: ChangeState,
  { probe }: Check,
  target: string | null,
): CommandCall["env"] {
  return probe.kind === "run" ? stepEnvironment(state, target) : NO_ENVIRONMENT;
}

function batchOf({ targets, batch }: ChangeState, target: string): number {
  return targets.get(target)?.batch ?? batch.index;
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
export function receiptId(state: ChangeState, run: StepRun, target: Entry | null): string {
  const { change, attempt } = state;
  const { scope, step, direction } = run;
  return `${change.environment}/${change.id}/${attempt}/${run.run}/${target?.name ?? "once"}/${scope}/${step}/${direction}`;
}
