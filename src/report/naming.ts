import type { Change, Step } from "../plan/change.ts";
import type { StepRun } from "../rollout/event-parts.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import type { ChangeState } from "../rollout/state.ts";

/** What gives steps and batches their names: the plan, and what has come along since. Every ChangeState is one. */
export type Naming = Pick<ChangeState, "change" | "batches" | "responses" | "restores">;

/** Where no more than the plan is known. */
export function namingOf(change: Change): Naming {
  return { change, batches: change.rollout.batches, responses: [], restores: [] };
}

/** The same fold as the state's, for whoever keeps no state. */
export function learnNames(naming: Naming, event: ChangeEvent): Naming {
  switch (event.kind) {
    case "attempt-started":
      return namingOf(naming.change);
    case "active-observed":
      return { ...naming, batches: idleBatches(naming, event.group) };
    case "trigger-fired": {
      const planned = naming.change.triggers.find(({ name }) => name === event.trigger);
      const restores = [...naming.restores, ...(planned?.restore ?? []), ...(event.restore ?? [])];
      const responses = [...naming.responses, ...(planned?.respond ?? [])];
      return { ...naming, responses, restores: [...new Set(restores)] };
    }
    default:
      return naming;
  }
}

export function stepNameOf({ scope, step }: Pick<StepRun, "scope" | "step">, naming: Naming): string | null {
  if (scope === "restore") {
    const backup = naming.restores[step];
    return backup === undefined ? null : `restore ${backup}`;
  }
  return listOf(scope, naming)[step]?.name ?? null;
}

function listOf(scope: Exclude<StepRun["scope"], "restore">, naming: Naming): readonly Step[] {
  const { change, responses } = naming;
  switch (scope) {
    case "switch":
      return change.rollout.blueGreen === null ? [] : [change.rollout.blueGreen.switch];
    case "prepare":
      return change.prepare;
    case "respond":
      return responses.length > 0 ? responses : onlyResponses(change);
    default:
      return change.apply[scope];
  }
}

/** Without its trigger a response is known for sure only where a single trigger has any. */
function onlyResponses({ triggers }: Change): readonly Step[] {
  const responding = triggers.filter(({ respond }) => respond.length > 0);
  return responding.length === 1 ? (responding[0]?.respond ?? []) : [];
}

/** The first look says which group is changed; a later one, after a switch, changes nothing of that. */
function idleBatches({ change, batches }: Naming, active: string | null): Naming["batches"] {
  const groups = change.rollout.blueGreen?.groups ?? [];
  const isUnset = batches === change.rollout.batches;
  if (!isUnset || !groups.some(({ name }) => name === active)) return batches;
  return [groups.find(({ name }) => name !== active)?.targets ?? []];
}
