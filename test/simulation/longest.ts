import type { Change, Step } from "../../src/plan/change.ts";
import { UNDO_TRIES_MIN } from "../../src/rollout/limits.ts";

const SLACK_MS = 10 * 60_000;
const BACKOFF_MS = 30_000;

/** More than a process can take when nothing goes wrong around it: nothing waits without a deadline. */
export function longestMs(change: Change): number {
  const { rollout, health, apply, schedule } = change;
  const settleMs = 3 * health.deadlineMs + rollout.bakeMs;
  const oneByOne = change.targets.length * (listMs(apply.each) + 2 * settleMs);
  const once = [
    ...apply.before,
    ...apply.after,
    ...change.prepare,
    ...change.triggers.flatMap(({ respond }) => respond),
  ];
  const swap = rollout.blueGreen === null ? [] : [rollout.blueGreen.switch];
  const backups = change.backups.reduce((sum, { timeoutMs }) => sum + 8 * timeoutMs, 0);
  const waits =
    change.notify.beforeMs +
    change.onWarning.askMs * 4 +
    (rollout.batches.length + 1) * (schedule?.waitLimitMs ?? 0);
  return (
    oneByOne + rollout.batches.length * settleMs + listMs([...once, ...swap]) + backups + waits + SLACK_MS
  );
}

/** Forwards and back, with every try. */
function listMs(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => {
    const tries = 2 * Math.max(UNDO_TRIES_MIN, step.retries + 1);
    return sum + tries * (step.timeoutMs + BACKOFF_MS);
  }, 0);
}
