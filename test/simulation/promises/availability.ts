import type { World } from "../../../src/rehearsal/world.ts";
import type { ChangeEvent } from "../../../src/rollout/events.ts";
import type { ChangeState } from "../../../src/rollout/state.ts";
import type { Promised } from "./watch.ts";

/** After these, any target may have become available or not. */
const SWEEPING: ReadonlySet<ChangeEvent["kind"]> = new Set([
  "attempt-started",
  "resumed",
  "trigger-fired",
  "rollback-retried",
  "service-changed",
]);

/** Promise 1: targets being changed, unhealthy or unknown never exceed max-unavailable by our doing. */
export const watchAvailability: Promised = (world, report) => {
  const ledgers = new WeakMap<ChangeState, Ledger>();
  /** What a lost process had taken out nobody knows, so as many again may be out beside it. */
  let isUnknown = false;
  /** While data is replaced all may be out: where such a process was lost, so many are out unknown to us. */
  let wasReplacing = false;
  const { maxUnavailable, parallel } = world.change.rollout;
  const sideBySide = Math.max(parallel, world.change.rollback.parallel) + parallel;

  return {
    onEvent: (event, state) => {
      if (event.kind === "resumed" && event.writeAhead === "missing") isUnknown = true;
      if (event.kind === "attempt-started") isUnknown = wasReplacing = false;
      const ledger = ledgers.get(state) ?? new Ledger();
      ledgers.set(state, ledger);
      const isTaken = ledger.follow(event, state);
      if (isTaken && state.unavailable.size > maxUnavailable && !isReplacingData(state)) {
        report(`1 availability: ${state.unavailable.size} out, ${maxUnavailable} allowed`);
      }
    },
    onCommand: (_, meaning, { state }) => {
      if (meaning.kind !== "step" || meaning.place.scope !== "each" || state === null) return;
      const target = meaning.place.target!;
      wasReplacing ||= isReplacingData(state);
      if (!ledgers.get(state)?.hasTaken(target) || isReplacingData(state)) return;
      if (!world.fleet.isWhole(world.fleet.truthOf(target))) return;
      const out = countOut(world) + 1;
      const isExcused = isUnknown && wasReplacing;
      if (!isExcused && out > maxUnavailable * (isUnknown ? 2 : 1))
        report(`1 availability: in truth ${out} are out`);
      if (world.running.size >= sideBySide) report(`1 availability: ${world.running.size} side by side`);
    },
  };
};

/** Who was out before the event at hand: what is ill already loses nothing by being changed. */
class Ledger {
  #wasOut: Set<string> | null = null;
  readonly #taken = new Set<string>();

  /** Whether the event takes a target out that was not. */
  follow(event: ChangeEvent, state: ChangeState): boolean {
    if (this.#wasOut === null || SWEEPING.has(event.kind)) {
      this.#wasOut = new Set(state.unavailable);
      return false;
    }
    const target = "target" in event ? event.target : null;
    if (target === null || target === undefined) return false;
    const isTaken = event.kind === "step-started" && !this.#wasOut.has(target);
    if (isTaken) this.#taken.add(target);
    else if (event.kind === "step-started") this.#taken.delete(target);
    if (state.unavailable.has(target)) this.#wasOut.add(target);
    else this.#wasOut.delete(target);
    return isTaken;
  }

  hasTaken(target: string): boolean {
    return this.#taken.has(target);
  }
}

/** The service is out anyway until its data is back. */
function isReplacingData({ rollback, restores, once }: ChangeState): boolean {
  return rollback !== null && once.restore.done < restores.length;
}

function countOut({ fleet }: World): number {
  let out = 0;
  for (const truth of fleet.targets.values()) if (!fleet.isWhole(truth)) out++;
  return out;
}
