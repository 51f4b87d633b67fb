import type { Change, Scope, Step, Target } from "../plan/change.ts";
import type { ChangeState, Ladder } from "../rollout/state.ts";
import { accountOf } from "./accounting.ts";
import { outcomeOf } from "./phase.ts";

export type UndoCommand = Readonly<{
  step: string;
  on: Step["on"];
  /** null: the plan declares the step irreversible. */
  run: string | null;
}>;

/** What a person has to put back, and with which commands, in this order. */
export type ByHand = Readonly<{
  /** null: steps that run once. */
  target: Target | null;
  scope: Scope;
  batch: number | null;
  reason: string;
  previousVersion: string | null;
  /** Every undo of the list ran, and still the target is not proven to be back. */
  undone: boolean;
  commands: readonly UndoCommand[];
}>;

/**
 * After a trigger, every touched target is rolled back or stands here, in the order of the undo.
 * Nothing stands here while the rollback runs, or where a re-run goes on by itself.
 */
export function* listByHand(state: ChangeState): Generator<ByHand> {
  const outcome = outcomeOf(state);
  if (outcome !== "rollback-incomplete" && outcome !== "frozen") return;
  yield* onceByHand(state, "after");
  const known = new Map(state.change.targets.map((target) => [target.name, target]));
  for (const name of [...state.targets.keys()].reverse()) {
    const account = accountOf(state, name);
    const target = known.get(name);
    if (target === undefined || account === "rolled-back" || account === "untouched") continue;
    yield targetByHand(state, target);
  }
  yield* onceByHand(state, "before");
}

/** The variables that the engine gives to the same steps; all of them, as `sh -u` stops at one that is not set. */
export function undoVariables(change: Change, entry: ByHand): Readonly<Record<string, string>> {
  const { target, batch, previousVersion } = entry;
  return {
    TARGET_NAME: target?.name ?? "",
    TARGET_HOST: target?.host ?? "",
    TARGET_ZONE: target?.zone ?? "",
    CHANGE_ID: change.id,
    CHANGE_VERSION: change.version,
    CHANGE_ENVIRONMENT: change.environment,
    CHANGE_BATCH: batch === null ? "" : String(batch + 1),
    PREVIOUS_VERSION: previousVersion ?? "",
  };
}

function targetByHand(state: ChangeState, target: Target): ByHand {
  const { batch, reason, ladder } = state.targets.get(target.name)!;
  return {
    target,
    scope: "each",
    batch,
    reason: state.rollback?.failed.get(target.name) ?? reason ?? ladder.detail ?? defaultReason(state),
    previousVersion: state.versions.get(target.name) ?? null,
    ...undoCommands(state.change, "each", ladder),
  };
}

function* onceByHand(state: ChangeState, scope: "before" | "after"): Generator<ByHand> {
  const ladder = state[scope];
  const given = state.rollback?.failed.get(scope);
  const left = undoCommands(state.change, scope, ladder);
  if (given === undefined && (ladder.dirty === 0 || left.commands.length === 0)) return;
  const reason = given ?? ladder.detail ?? defaultReason(state);
  yield { target: null, scope, batch: null, reason, previousVersion: null, ...left };
}

function defaultReason(state: ChangeState): string {
  return state.irreversible.size > 0
    ? "stopped as it is, past an irreversible step"
    : "not proven to be back";
}

/** What is left of the way back; all of it where every undo ran and the target is still not right. */
function undoCommands(change: Change, scope: Scope, ladder: Ladder): Pick<ByHand, "undone" | "commands"> {
  const steps = change.apply[scope];
  const left = commandsOf(steps.slice(0, ladder.dirty));
  const undone = !left.some((command) => command.run !== null) && ladder.direction === "undo";
  return { undone, commands: undone ? commandsOf(steps) : left };
}

function commandsOf(steps: readonly Step[]): UndoCommand[] {
  const changing = steps.filter((step) => step.undo !== null || step.irreversible);
  return changing.reverse().map(({ name, on, undo }) => ({ step: name, on, run: undo }));
}
