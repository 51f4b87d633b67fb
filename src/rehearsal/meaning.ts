import type { Change, StepList } from "../plan/change.ts";
import type { CommandCall } from "../ports.ts";
import type { Place } from "./fleet.ts";

/** What a command is for, which the world has to know because it does not run it. */
export type Meaning =
  | Readonly<{ kind: "step"; place: Place }>
  | Readonly<{ kind: "version" }>
  | Readonly<{ kind: "active" }>
  | Readonly<{ kind: "backup"; what: "run" | "verify" | "keep" | "fetch"; name: string }>
  | Readonly<{ kind: "other" }>;

export function meaningOf(change: Change, call: CommandCall): Meaning {
  if (call.id !== null) return { kind: "step", place: placeOf(call.id, call.target?.name ?? null) };
  if (call.target !== null && call.script === change.versionCommand) return { kind: "version" };
  if (call.script === change.rollout.blueGreen?.active) return { kind: "active" };
  for (const backup of change.backups) {
    for (const what of ["run", "verify", "keep", "fetch"] as const) {
      const isThis = backup[what] === call.script && call.label === `backup ${backup.name}`;
      if (isThis) return { kind: "backup", what, name: backup.name };
    }
  }
  return { kind: "other" };
}

/** A receipt's name ends with the list, the step's number and the direction. */
function placeOf(id: string, target: string | null): Place {
  const [scope, step, direction] = id.split("/").slice(-3);
  return { scope: scope as StepList, step: Number(step), target, direction: direction as Place["direction"] };
}
