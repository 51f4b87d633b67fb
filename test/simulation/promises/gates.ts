import { remainingMs } from "../../../src/gate/windows.ts";
import type { World } from "../../../src/rehearsal/world.ts";
import type { EventOf } from "../../../src/rollout/events.ts";
import type { ChangeState } from "../../../src/rollout/state.ts";
import type { Promised } from "./watch.ts";

/** Promises 2 and 16: no batch before the one ahead is healthy and baked; what is not known opens nothing. */
export const watchGates: Promised = (world, report) => {
  /** Batches that have passed, by attempt. */
  const passed = new Map<number, number>();

  return {
    onEvent: (event, state, session) => {
      if (event.kind === "batch-opened") {
        const index = passed.get(state.attempt) ?? 0;
        if (event.batch !== index) report(`2 gate: batch ${event.batch} opens when ${index} have passed`);
        if (!fitsWindow(world, event, session.clock.now())) report("2 gate: it does not fit into the window");
      }
      if (event.kind === "batch-passed") {
        passed.set(state.attempt, event.batch + 1);
        for (const promise of sick(world, state, event)) report(promise);
      }
      if (event.kind === "health-changed" || event.kind === "service-changed") {
        const isProven = event.measurements.every(({ verdict }) => verdict === "healthy");
        if (event.verdict === "healthy" && !isProven) report("16 fail closed: healthy without proof");
      }
    },
    onCommand: (_, meaning, { state }) => {
      if (meaning.kind !== "step" || state === null) return;
      const { scope, direction, target } = meaning.place;
      if (
        scope === "after" &&
        direction === "do" &&
        state.batches.length > (passed.get(state.attempt) ?? 0)
      ) {
        report("2 gate: a step of `after` runs before all batches have passed");
      }
      if (scope !== "each" || direction !== "do") return;
      const batch = state.batches.findIndex((members) => members.includes(target!));
      const open = passed.get(state.attempt) ?? 0;
      if (batch < 0 || batch > open)
        report(`2 gate: ${target} of batch ${batch} starts when ${open} have passed`);
    },
  };
};

function fitsWindow({ change }: World, { targets }: EventOf<"batch-opened">, nowMs: number): boolean {
  const { schedule, type } = change;
  if (schedule === null || type === "emergency") return true;
  const batchMs = schedule.batchWorstMs[String(targets.length)] ?? 0;
  return remainingMs(schedule, nowMs) >= batchMs + schedule.rollbackWorstMs;
}

/** What the gate let pass, although it cannot ever have looked healthy. */
function sick(world: World, state: ChangeState, { batch }: EventOf<"batch-passed">): string[] {
  const { fleet, change } = world;
  const hasChecks = change.health.checks.length > 0;
  return (state.batches[batch] ?? []).flatMap((name) => {
    const truth = fleet.targets.get(name)!;
    const status = state.targets.get(name)?.status;
    if (status === "failed") return [];
    if (status !== "updated") return [`2 gate: batch ${batch} passed with ${name} ${status}`];
    if (!fleet.isUpdated(truth)) return [`2 gate: ${name} passed, and is not updated`];
    return hasChecks && truth.sickness === "sick" ? [`16 fail closed: ${name} passed, and is sick`] : [];
  });
}
