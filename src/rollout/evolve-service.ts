import type { EventOf } from "./events.ts";
import type { ChangeState } from "./state.ts";

/** What was seen before says nothing about the service as it is from now on. */
export function expectService(state: ChangeState, atMs: number): void {
  const { service } = state;
  service.verdict = "unknown";
  service.epoch++;
  service.sinceMs = atMs;
}

/** A failure, not a missing answer, restarts the bake. */
export function evolveService(state: ChangeState, event: EventOf<"service-changed">): void {
  const { service, batch } = state;
  service.verdict = event.verdict;
  service.measurements = event.measurements;
  if (event.verdict === "unhealthy") batch.bakeStartedMs = null;
}
