import { remainingMs } from "../../../src/gate/windows.ts";
import type { World } from "../../../src/rehearsal/world.ts";
import type { EventOf } from "../../../src/rollout/events.ts";
import type { ChangeState } from "../../../src/rollout/state.ts";
import { undoneUnseen } from "./lost-rollback.ts";
import type { Promised } from "./watch.ts";

/** Promises 2 and 16: no batch before the one ahead is healthy and baked; what is not known opens nothing. */
export const watchGates: Promised = (world, report) => {
  /** Batches that have passed, by attempt. */
  const passed = new Map<number, number>();
  /** By batch: when its bake began. What a lost process said of the batch after it takes nothing away. */
  const bakingSince = new Map<number, number>();

  return {
    onEvent: (event, state, session) => {
      // What a displaced process takes to be so when it wakes is nobody's truth: its journal is refused.
      if (world.remote.lease?.token !== session.lease?.token) return;
      switch (event.kind) {
        case "attempt-started":
          return bakingSince.clear();
        case "batch-opened":
          bakingSince.delete(event.batch);
          for (const promise of tooEarly(world, state, { event, passed: passed.get(state.attempt) ?? 0 }))
            report(promise);
          if (!fitsWindow(world, event, session.clock.now()))
            report("2 gate: it does not fit into the window");
          return;
        case "bake-started":
          bakingSince.set(event.batch, world.clock.now());
          return;
        case "batch-passed":
          if (!isBaked(world, bakingSince.get(event.batch)))
            report(`2 gate: batch ${event.batch} has not baked`);
          passed.set(state.attempt, event.batch + 1);
          for (const promise of sick(world, state, event)) report(promise);
          return;
        case "health-changed":
        case "service-changed":
          if (!isHonest(event)) report("16 fail closed: healthy without proof");
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

function tooEarly(
  { change }: World,
  state: ChangeState,
  { event, passed }: Readonly<{ event: EventOf<"batch-opened">; passed: number }>,
): string[] {
  const isInTurn = event.batch === passed;
  const isTolerable = countFailed(state) <= change.rollout.maxFailures;
  return [
    ...(isInTurn ? [] : [`2 gate: batch ${event.batch} opens when ${passed} have passed`]),
    ...(isTolerable ? [] : ["2 gate: too many have failed"]),
  ];
}

function countFailed({ targets }: ChangeState): number {
  let failed = 0;
  for (const { status } of targets.values()) if (status === "failed") failed++;
  return failed;
}

function isBaked({ change, clock }: World, sinceMs: number | undefined): boolean {
  const { bakeMs } = change.rollout;
  return bakeMs === 0 || (sinceMs !== undefined && clock.now() - sinceMs >= bakeMs);
}

function isHonest({ verdict, measurements }: EventOf<"health-changed" | "service-changed">): boolean {
  return verdict !== "healthy" || measurements.every((sample) => sample.verdict === "healthy");
}

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
    const truth = fleet.truthOf(name);
    const status = state.targets.get(name)?.status;
    if (status === "failed") return [];
    if (status !== "updated") return [`2 gate: batch ${batch} passed with ${name} ${status}`];
    if (undoneUnseen(world).has(name)) return [];
    if (!fleet.isUpdated(truth)) return [`2 gate: ${name} passed, and is not updated`];
    return hasChecks && truth.sickness === "sick" ? [`16 fail closed: ${name} passed, and is sick`] : [];
  });
}
