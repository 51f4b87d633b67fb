import type { Marks } from "../../../src/rehearsal/fleet.ts";
import type { World } from "../../../src/rehearsal/world.ts";
import type { ChangeState } from "../../../src/rollout/state.ts";
import { undoneUnseen } from "./lost-rollback.ts";
import type { Promised, Report } from "./watch.ts";

/** Promises 4, 6, 8, 17 and 18: at the end everything is what it is said to be. */
export const watchAccounting: Promised = (world, report) => ({
  onEvent: (event, state, { lease }) => {
    // What a displaced process takes for the end is nobody's truth: its journal is refused.
    if (world.remote.lease?.token !== lease?.token) return;
    if (world.crowd.issues > 1) report("18 one issue: there are two");
    if (event.kind !== "finished") return;
    if (state.inFlight.size + state.inDoubt.size > 0) report("4 accounting: finished with work in flight");
    checkTargets(world, state, report);
    checkOnce(world, state, report);
    checkOutcome(world, state, report);
  },
});

/** Each target is exactly one of what it can be, and that is the truth. */
function checkTargets(world: World, state: ChangeState, report: Report): void {
  const { fleet } = world;
  const isFinal = !["held", "frozen"].includes(state.outcome!.outcome);
  for (const { name } of world.change.targets) {
    const truth = fleet.truthOf(name);
    const status = state.targets.get(name)?.status ?? "untouched";
    if (truth.running > 0) report(`4 accounting: a command is still running on ${name}`);
    if (status === "updated" && !isUpdated(world, name)) report(`4 accounting: ${name} is not updated`);
    if (status === "rolled-back" && !isBack(world, name)) report(`8 right version: ${name} is not back`);
    if (status === "untouched" && !isBack(world, name)) report(`4 accounting: ${name} was touched`);
    const isOpen = ["updating", "settling", "undoing", "verifying"].includes(status);
    if (isOpen && isFinal) report(`4 accounting: ${name} is ${status} at the end`);
  }
}

function isUpdated(world: World, name: string): boolean {
  return world.fleet.isUpdated(world.fleet.truthOf(name)) || undoneUnseen(world).has(name);
}

function isBack({ fleet, change }: World, name: string): boolean {
  const truth = fleet.truthOf(name);
  if (change.versionCommand === null) return truth.half === 0 && leftOf(change.apply.each, truth) === 0;
  return truth.half === 0 && truth.version === truth.original && leftOf(change.apply.each, truth) === 0;
}

/** What is applied, but for what cannot be undone. */
function leftOf(steps: World["change"]["apply"]["each"], { applied }: Marks): number {
  return steps.reduce((bits, { undo }, i) => (undo === null ? bits & ~(1 << i) : bits), applied);
}

/** What was prepared is given back at every end but a hold; what was named is a person's. */
function checkOnce(world: World, state: ChangeState, report: Report): void {
  const { change, fleet } = world;
  const { outcome } = state.outcome!;
  const lists = { before: change.apply.before, after: change.apply.after, prepare: change.prepare } as const;
  for (const [key, marks] of fleet.once) {
    const scope = key.split(" ")[0]!;
    if (marks.running > 0) report(`4 accounting: a command of ${scope} is still running`);
    const left = scope in lists ? leftOf(lists[scope as keyof typeof lists], marks) | marks.half : 0;
    const isNamed = state.rollback?.failed.has(scope) || state.progress.unresumed !== null;
    const isOwed = scope === "prepare" ? outcome !== "held" : ["rolled-back", "rejected"].includes(outcome);
    if (left !== 0 && isOwed && !isNamed) report(`6 completeness: ${scope} is not given back (${outcome})`);
  }
}

function checkOutcome(world: World, state: ChangeState, report: Report): void {
  const { outcome } = state.outcome!;
  if (outcome === "succeeded") return checkSuccess(world, state, report);
  const isOver = outcome === "rejected" || outcome === "rolled-back";
  if (!isOver && outcome !== "rollback-incomplete") return;
  const left = [...world.fleet.targets.keys()].filter((name) => !isBack(world, name));
  const unnamed = isOver ? left : left.filter((name) => !state.rollback!.failed.has(name));
  if (unnamed.length > 0) report(`6 completeness: ${outcome}, and ${unnamed.join(", ")} are not as before`);
  if (isOver && isSwitched(world, state)) report("6 completeness: the traffic is not back");
  if (isOver && isPastReturn(world)) report("6 completeness: what is irreversible is said to be undone");
}

function isPastReturn({ fleet, change }: World): boolean {
  const { each, before } = change.apply;
  const has = (steps: typeof each, marks: Marks | undefined) =>
    marks !== undefined &&
    steps.some(({ irreversible }, i) => irreversible && (marks.applied & (1 << i)) !== 0);
  return (
    has(before, fleet.once.get("before ")) || [...fleet.targets.values()].some((truth) => has(each, truth))
  );
}

function checkSuccess(world: World, state: ChangeState, report: Report): void {
  const { fleet, change } = world;
  const names = state.batches.flat();
  const truths = names.map((name) => fleet.truthOf(name));
  if (!names.every((name) => isUpdated(world, name))) report("17 honesty: not every target is updated");
  const isSick = change.health.checks.length > 0 && truths.some(({ sickness }) => sickness === "sick");
  if (isSick) report("17 honesty: success with a sick target");
  const isDue = change.rollout.blueGreen !== null && !undoneUnseen(world).has("switch");
  if (isDue && !isSwitched(world, state)) report("17 honesty: success without the switch");
}

function isSwitched({ fleet }: World, { activeGroup }: ChangeState): boolean {
  return activeGroup !== null && fleet.live !== activeGroup;
}
