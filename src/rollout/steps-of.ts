import type { Backup, Step, StepList } from "../plan/change.ts";
import { UNDO_TRIES_MIN } from "./limits.ts";
import type { ChangeState } from "./state.ts";

/** The steps that a list has in this state: what triggers bring along comes with them. */
export function stepsOf(state: ChangeState, list: StepList): readonly Step[] {
  const { change } = state;
  switch (list) {
    case "switch":
      return change.rollout.blueGreen === null ? [] : [change.rollout.blueGreen.switch];
    case "prepare":
      return change.prepare;
    case "respond":
      return state.responses;
    case "restore":
      return state.restores.map((name) => restoreStep(findBackup(state, name)));
    default:
      return change.apply[list];
  }
}

/** Restoring again what was restored halfway is what a restore is for, so it may be repeated. */
function restoreStep(backup: Backup): Step {
  return {
    name: `restore ${backup.name}`,
    run: backup.restore ?? "false",
    undo: null,
    on: "runner",
    timeoutMs: backup.timeoutMs,
    retries: UNDO_TRIES_MIN - 1,
    irreversible: false,
  };
}

/** The plan's rules have seen to it that every name is one. */
export function findBackup({ change }: ChangeState, name: string): Backup {
  return change.backups.find((backup) => backup.name === name)!;
}

/** Steps that bring the new version; the others are the way back, or help it. */
export function isForward(run: Readonly<{ scope: StepList; direction: "do" | "undo" }>): boolean {
  return run.direction === "do" && run.scope !== "respond" && run.scope !== "restore";
}
