import type { ChangeState } from "../rollout/state.ts";
import { endMsOf, outcomeOf } from "./phase.ts";

export type GroupFacts = Readonly<{
  /** null: not known yet. */
  activeBefore: string | null;
  changed: string | null;
  /** The traffic goes to the changed group. */
  switched: boolean;
  /** After a success: until then the other group stays as it was, to switch back to. */
  keptUntilMs: number | null;
}>;

/** null where the strategy has no groups. */
export function groupsOf(state: ChangeState): GroupFacts | null {
  const { blueGreen } = state.change.rollout;
  if (blueGreen === null) return null;
  const { activeGroup, once } = state;
  const changed = blueGreen.groups.find(({ name }) => name !== activeGroup)?.name ?? null;
  const isKept = outcomeOf(state) === "succeeded" && blueGreen.keepMs !== null;
  return {
    activeBefore: activeGroup,
    changed: activeGroup === null ? null : changed,
    switched: once.switch.done > 0,
    keptUntilMs: isKept ? endMsOf(state) + blueGreen.keepMs! : null,
  };
}
