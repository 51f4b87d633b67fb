import type { ChangeEvent } from "../../src/rollout/events.ts";
import type { ChangeState } from "../../src/rollout/state.ts";
import type { World } from "../fakes/world.ts";

/** Watches a world event by event, and collects every broken promise of design.md, section 8. */
export function watchPromises(world: World): { broken: string[] } {
  const broken: string[] = [];
  const wasOut = new Set<string>();
  const say = (promise: string, event: ChangeEvent) => broken.push(`${promise} (${JSON.stringify(event)})`);

  world.watch = (event, state) => {
    if (event.kind === "step-started" && event.target !== null) {
      const byUs = !wasOut.has(event.target);
      if (byUs && state.unavailable.size > state.change.rollout.maxUnavailable) say("1 availability", event);
      if (event.direction === "do" && !isGateOpen(state, event.target)) say("2 gate", event);
      if (event.direction === "do" && state.trigger !== null) say("7 forward after a trigger", event);
    }
    if (event.kind === "finished") say4(state, event, say);
    wasOut.clear();
    for (const name of state.unavailable) wasOut.add(name);
  };
  return { broken };
}

function isGateOpen(state: ChangeState, target: string): boolean {
  const batch = state.targets.get(target)!.batch;
  return batch < state.batch.index || (batch === state.batch.index && state.batch.opened);
}

function say4(
  state: ChangeState,
  event: ChangeEvent,
  say: (promise: string, event: ChangeEvent) => void,
): void {
  if (event.kind !== "finished") return;
  const statuses = [...state.targets.values()].map((target) => target.status);
  if (event.outcome === "succeeded" && statuses.some((status) => status !== "updated"))
    say("17 honesty", event);
  if (state.inFlight.size > 0) say("13 finished with work in flight", event);
  if (event.outcome === "rolled-back" && statuses.some((status) => status !== "rolled-back")) {
    say("6 completeness", event);
  }
}

/** The truth about the targets against what the change says of them. */
export function checkTruth(world: World, state: ChangeState): string[] {
  const wrong: string[] = [];
  for (const [name, version] of world.versions) {
    const target = state.targets.get(name);
    const expected = target?.status === "updated" ? "2.0" : "1.0";
    const isKnown = target === undefined || ["updated", "rolled-back"].includes(target.status);
    if (isKnown && version !== expected) wrong.push(`4 accounting: ${name} is ${version}, not ${expected}`);
  }
  if (
    state.outcome?.outcome === "succeeded" &&
    [...world.versions.values()].some((version) => version !== "2.0")
  ) {
    wrong.push("17 honesty: success without every target updated");
  }
  return wrong;
}

/** Unless a step is declared safe to repeat, it takes effect at most once before its undo. */
export function checkRepeats(world: World): string[] {
  if (world.change.apply.each[1]!.retries > 0) return [];
  const installed = new Set<string>();
  const wrong: string[] = [];
  for (const line of world.log) {
    const [name, script] = line.split(": ") as [string, string];
    if (script === "install" && installed.has(name)) wrong.push(`5 no repeat: ${line}`);
    if (script === "install") installed.add(name);
    if (script === "uninstall") installed.delete(name);
  }
  return wrong;
}
