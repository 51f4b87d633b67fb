import type { Target } from "../plan/change.ts";
import type { Effects } from "./effects.ts";

/** Does the work in every place, so many side by side as targets are changed; answers in the order of the places. */
export async function forEachTarget<P extends Target | null, T>(
  places: readonly P[],
  { state }: Effects,
  work: (place: P) => Promise<T>,
): Promise<T[]> {
  if (places.length === 1) return [await work(places[0]!)];
  const answers = new Array<T>(places.length);
  let next = 0;
  const takeTurns = async () => {
    while (next < places.length) {
      const at = next++;
      answers[at] = await work(places[at]!);
    }
  };
  const lanes = Math.min(places.length, state.change.rollout.parallel);
  await Promise.all(Array.from({ length: lanes }, takeTurns));
  return answers;
}
