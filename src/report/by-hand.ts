import type { Change, Step, StepList, Target } from "../plan/change.ts";
import type { ChangeState, Ladder, OnceList } from "../rollout/state.ts";
import { stepsOf } from "../rollout/steps-of.ts";
import { accountOf } from "./accounting.ts";
import { outcomeOf } from "./phase.ts";

export type UndoCommand = Readonly<{
  step: string;
  on: Step["on"];
  /** Responses and restores are done by hand; everything else is undone. */
  direction: "do" | "undo";
  /** null: the plan declares the step irreversible. */
  run: string | null;
  /** The backup that a restore reads, where it lies on the machine that made it. */
  file: string | null;
}>;

/** What a person has to put back, and with which commands, in this order. */
export type ByHand = Readonly<{
  /** null: steps that run once, or the service as a whole. */
  target: Target | null;
  scope: StepList | "service";
  batch: number | null;
  reason: string;
  previousVersion: string | null;
  /** Every undo of the list ran, and still the target is not proven to be back. */
  undone: boolean;
  commands: readonly UndoCommand[];
}>;

/** Before the targets are undone, and after them. */
const ONCE_FIRST: readonly OnceList[] = ["respond", "after", "switch"];
const ONCE_LAST: readonly OnceList[] = ["before", "restore"];

/**
 * After a trigger, every touched target is rolled back or stands here, in the order of the undo.
 * Nothing stands here while the rollback runs, or where a re-run goes on by itself; but what the
 * preparation restricted is given back as soon as people can, so that it stands here at once.
 */
export function* listByHand(state: ChangeState): Generator<ByHand> {
  const outcome = outcomeOf(state);
  if (outcome === "held" && state.progress.unresumed !== null) yield* onceByHand(state, "prepare");
  if (outcome !== "rollback-incomplete" && outcome !== "frozen") return;
  for (const list of ONCE_FIRST) yield* onceByHand(state, list);
  const known = new Map(state.change.targets.map((target) => [target.name, target]));
  for (const name of [...state.targets.keys()].reverse()) {
    const account = accountOf(state, name);
    const target = known.get(name);
    if (target === undefined || account === "rolled-back" || account === "untouched") continue;
    yield targetByHand(state, target);
  }
  for (const list of ONCE_LAST) yield* onceByHand(state, list);
  if (outcome === "frozen") yield* restorableByHand(state);
  yield* serviceByHand(state);
  yield* onceByHand(state, "prepare");
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
    BACKUP_FILE: "",
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
    ...undoCommands(state, "each", ladder),
  };
}

function* onceByHand(state: ChangeState, scope: OnceList): Generator<ByHand> {
  const ladder = state.once[scope];
  const given = state.rollback?.failed.get(scope) ?? (scope === "prepare" ? state.progress.unresumed : null);
  const left = undoCommands(state, scope, ladder);
  const isLeft = scope !== "respond" && scope !== "restore" && ladder.dirty > 0 && left.commands.length > 0;
  if (given == null && !isLeft) return;
  const reason = given ?? ladder.detail ?? defaultReason(state);
  yield { target: null, scope, batch: null, reason, previousVersion: null, ...left };
}

/** Everything is undone, and the service is not what it was: there is no command for that. */
function* serviceByHand(state: ChangeState): Generator<ByHand> {
  const reason = state.rollback?.failed.get("service");
  if (reason === undefined) return;
  const nothing = { batch: null, previousVersion: null, undone: false, commands: [] };
  yield { target: null, scope: "service", reason, ...nothing };
}

/** Past an irreversible step a backup is what may be left of a way back: whether to take it, a person decides. */
function* restorableByHand(state: ChangeState): Generator<ByHand> {
  const { change, progress } = state;
  const made = change.backups.filter(
    ({ name, restore }) => restore !== null && progress.backups.get(name)?.kind === "made",
  );
  if (made.length === 0) return;
  const reason = "not restored, as that loses what came after it: only a person can decide so";
  const commands = made.flatMap(({ name }) => restoreCommands(state, name));
  yield {
    target: null,
    scope: "restore",
    batch: null,
    reason,
    previousVersion: null,
    undone: false,
    commands,
  };
}

function defaultReason(state: ChangeState): string {
  return state.irreversible.size > 0
    ? "stopped as it is, past an irreversible step"
    : "not proven to be back";
}

/** What is left of the way back; all of it where every undo ran and the target is still not right. */
function undoCommands(
  state: ChangeState,
  scope: StepList,
  ladder: Ladder,
): Pick<ByHand, "undone" | "commands"> {
  const steps = stepsOf(state, scope);
  if (scope === "respond") return { undone: false, commands: steps.map(doCommand) };
  if (scope === "restore") {
    const due = state.restores.slice(state.once.restore.done);
    return { undone: false, commands: due.flatMap((name) => restoreCommands(state, name)) };
  }
  const left = commandsOf(steps.slice(0, ladder.dirty));
  const undone = !left.some((command) => command.run !== null) && ladder.direction === "undo";
  return { undone, commands: undone ? commandsOf(steps) : left };
}

function commandsOf(steps: readonly Step[]): UndoCommand[] {
  const changing = steps.filter((step) => step.undo !== null || step.irreversible);
  return changing
    .reverse()
    .map(({ name, on, undo }) => ({ step: name, on, direction: "undo", run: undo, file: null }));
}

function doCommand({ name, on, run }: Step): UndoCommand {
  return { step: name, on, direction: "do", run, file: null };
}

/** Fetched first, where the plan says how: the machine that made the backup may be gone. */
function restoreCommands({ change, progress }: ChangeState, name: string): UndoCommand[] {
  const backup = change.backups.find((one) => one.name === name);
  const made = progress.backups.get(name);
  const file = made !== undefined && "file" in made ? made.file : "";
  const shared = { on: "runner", direction: "do", file } as const;
  const fetch = backup?.fetch ?? null;
  return [
    ...(fetch === null ? [] : [{ ...shared, step: `fetch ${name}`, run: fetch }]),
    { ...shared, step: `restore ${name}`, run: backup?.restore ?? null },
  ];
}
