import type { CommandCall } from "../../src/ports.ts";
import type { ChangeEvent } from "../../src/rollout/events.ts";
import type { ChangeState } from "../../src/rollout/state.ts";
import type { World } from "../fakes/world.ts";

/** Watches a world event by event, and collects every broken promise of design.md, section 8. */
export function watchPromises(world: World): { broken: string[] } {
  const broken: string[] = [];
  const wasOut = new Set<string>();
  let latest: ChangeState | null = null;

  world.watch = (event, state) => {
    latest = state;
    for (const promise of [...breaksAtStart(event, state, wasOut), ...breaksAtEnd(event, state)]) {
      broken.push(`${promise} (${JSON.stringify(event)})`);
    }
    wasOut.clear();
    for (const name of state.unavailable) wasOut.add(name);
  };
  world.onCommand = (call) => {
    for (const promise of breaksByCommand(world, call, latest!)) broken.push(`${promise} (${call.id})`);
  };
  return { broken };
}

function breaksAtStart(event: ChangeEvent, state: ChangeState, wasOut: ReadonlySet<string>): string[] {
  if (event.kind !== "step-started" || event.target === null) return [];
  const broken: string[] = [];
  const { maxUnavailable } = state.change.rollout;
  if (!wasOut.has(event.target) && state.unavailable.size > maxUnavailable) broken.push("1 availability");
  if (event.direction === "do" && !isGateOpen(state, event.target)) broken.push("2 gate");
  return broken;
}

function isGateOpen(state: ChangeState, target: string): boolean {
  const batch = state.targets.get(target)!.batch;
  return batch < state.batch.index || (batch === state.batch.index && state.batch.opened);
}

function breaksAtEnd(event: ChangeEvent, state: ChangeState): string[] {
  if (event.kind !== "finished") return [];
  const statuses = [...state.targets.values()].map((target) => target.status);
  const are = (wanted: string) => statuses.every((status) => status === wanted);
  const broken: string[] = [];
  if (event.outcome === "succeeded" && !are("updated")) broken.push("17 honesty");
  if (event.outcome === "rolled-back" && !are("rolled-back")) broken.push("6 completeness");
  if (state.inFlight.size + state.inDoubt.size > 0) broken.push("4 finished with work in flight");
  return broken;
}

/** What holds at the moment when a command really starts. */
function breaksByCommand(world: World, call: CommandCall, state: ChangeState): string[] {
  const broken: string[] = [];
  const run = [...state.inFlight.values()].find((one) => call.id?.split("/").at(3) === String(one.run));
  if (run === undefined) return ["3 a command that nobody declared"];
  if (run.direction === "do" && state.rollback !== null) broken.push("7 forward after a trigger");
  const durable = world.journal.slice(0, world.durable);
  const isDeclared = durable.some((event) =>
    run.target === null
      ? event.kind === "step-started" && event.target === null
      : event.kind === "batch-opened" && event.targets.includes(run.target),
  );
  if (!isDeclared) broken.push("3 intent");
  const { rollout, rollback } = state.change;
  const sideBySide = state.rollback === null ? rollout.parallel : rollout.parallel + rollback.parallel;
  if (world.running.size >= sideBySide) broken.push("1 parallel");
  return broken;
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
  const isConverted = world.log.some((line) => line.endsWith(": convert"));
  if (isConverted && state.outcome?.outcome === "rolled-back") wrong.push("6 past an irreversible step");
  const isMixed = [...world.versions.values()].some((version) => version !== "2.0");
  if (state.outcome?.outcome === "succeeded" && isMixed)
    wrong.push("17 honesty: not every target is updated");
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
