import type { Trigger } from "../plan/change.ts";
import type { Clock, Records } from "../ports.ts";
import type { Fact } from "../rollout/decide.ts";
import { isUnderWay } from "../rollout/stages.ts";
import type { ChangeState } from "../rollout/state.ts";

/** Counting costs a request, which is why it is asked less often than health. */
const EVERY_MS = 60_000;

type Watch = Readonly<{
  state: ChangeState;
  trigger: Trigger;
  post: (fact: Fact) => void;
  clock: Clock;
  records: Records;
}>;

/** Fires once when more complaints have been opened since the start than the plan accepts. */
export async function watchIssues(watch: Watch, signal: AbortSignal): Promise<void> {
  const { state, trigger, post, clock, records } = watch;
  const { when, name, severity } = trigger;
  if (when.kind !== "issues") return;
  while (!signal.aborted && state.outcome === null && state.rollback === null) {
    const count = isUnderWay(state) ? await records.countIssues(when.label, state.startedMs, signal) : null;
    if (count !== null && count > when.moreThan && state.rollback === null && !signal.aborted) {
      const reason = `${count} open issues labelled "${when.label}" since the start; ${when.moreThan} are accepted`;
      post({ kind: "trigger-fired", trigger: name, severity, reason, by: null, measurements: [] });
      return;
    }
    await clock.sleep(EVERY_MS, signal);
  }
}
