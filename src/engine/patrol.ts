import type { Target } from "../plan/change.ts";
import type { Clock } from "../ports.ts";
import { isUnderWay } from "../rollout/stages.ts";
import type { ChangeState } from "../rollout/state.ts";

/** Targets visited in each interval: a large fleet is looked at in turns, as probing all would be a load. */
const VISITS_MAX = 64;

type Round = Readonly<{
  state: ChangeState;
  clock: Clock;
  isOver: () => boolean;
  /** `everyMs` is how often this target is visited. */
  visit: (target: Target, everyMs: number) => Promise<void>;
  /** Somebody works on it: what was seen of it before goes on only once it is seen again. */
  pass: (name: string) => void;
}>;

/**
 * Looks at the targets that nobody works on, those that wait and those that are done, for the triggers:
 * a change can harm what it has not touched.
 */
export async function patrol(
  { state, clock, isOver, visit, pass }: Round,
  signal: AbortSignal,
): Promise<void> {
  const { targets, health } = state.change;
  const visits = Math.min(targets.length, VISITS_MAX);
  const everyMs = health.everyMs * Math.ceil(targets.length / visits);
  for (let at = 0; !isOver(); at = (at + visits) % targets.length) {
    const startedMs = clock.now();
    if (isUnderWay(state)) {
      const turn = Array.from({ length: visits }, (_, i) => targets[(at + i) % targets.length]!);
      const free = turn.filter(({ name }) => isLeftAlone(state, name));
      for (const { name } of turn) if (isWorkedOn(state, name)) pass(name);
      await Promise.all(free.map((target) => visit(target, everyMs)));
    }
    await clock.sleep(Math.max(1, startedMs + health.everyMs - clock.now()), signal);
  }
}

function isWorkedOn(state: ChangeState, name: string): boolean {
  return !state.watching.has(name) && !isLeftAlone(state, name);
}

/** Being changed it may well be ill; being watched it is asked already; failed, it counts elsewhere. */
function isLeftAlone({ targets, watching }: ChangeState, name: string): boolean {
  const status = targets.get(name)?.status;
  const isAtRest = status === undefined || status === "updated" || status === "rolled-back";
  return isAtRest && !watching.has(name);
}
