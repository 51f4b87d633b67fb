import type { Session } from "../../../src/rehearsal/session.ts";
import type { World } from "../../../src/rehearsal/world.ts";
import type { EventOf } from "../../../src/rollout/events.ts";
import type { Promised } from "./watch.ts";

/** Of one check in one place: healthy samples in a row, and since when. */
type Row = { streak: number; sinceMs: number };

const NEW: Readonly<Row> = { streak: 0, sinceMs: 0 };

/** Promise 16 and F5: health is proven over the whole time, and a trigger's condition has held for its time. */
export const watchHealth: Promised = (world, report) => {
  const rows = new WeakMap<Session, Map<string, Row>>();
  /** Whoever saw it: since when a check has been bad, as what one process has seen the next one counts. */
  const badSinceMs = new Map<string, number>();
  /** Targets of which some answer was ever anything but healthy. */
  const everIll = new Set<string>();
  const rowsOf = (session: Session) => {
    const known = rows.get(session) ?? new Map<string, Row>();
    rows.set(session, known);
    return known;
  };

  return {
    onSample: ({ check, target, verdict }, session) => {
      const known = rowsOf(session);
      const key = keyOf(check, target);
      const row = known.get(key) ?? { ...NEW };
      known.set(key, row);
      const nowMs = world.clock.now();
      if (verdict === "healthy") {
        if (row.streak++ === 0) row.sinceMs = nowMs;
        badSinceMs.delete(key);
        return;
      }
      row.streak = 0;
      if (target !== null) everIll.add(target);
      if (verdict === "unhealthy" && !badSinceMs.has(key)) badSinceMs.set(key, nowMs);
    },
    onEvent: (event, _, session) => {
      // What a displaced process sees when it wakes is nobody's truth: its journal is refused.
      if (world.remote.lease?.token !== session.lease?.token) return;
      if (event.kind === "health-changed" && event.verdict === "healthy") {
        const rowsOfTarget = world.change.health.checks.map(({ name }) =>
          rowsOf(session).get(keyOf(name, event.target)),
        );
        if (!rowsOfTarget.every((row) => isProven(world, row)))
          report(`16 fail closed: ${event.target} too soon`);
      }
      if (
        event.kind === "target-failed" &&
        event.cause === "health" &&
        !everIll.has(event.target) &&
        // Who was stopped cannot look, and what is not known in time is not healthy.
        !session.life.wasPaused &&
        isWell(world, event.target)
      ) {
        report(`16 fail closed: ${event.target} fails, and has been well all the time`);
      }
      if (event.kind === "trigger-fired" && !hasHeld(world, event, badSinceMs)) {
        report(`trigger: ${event.trigger} fires before its time`);
      }
    },
  };
};

function keyOf(check: string, target: string | null): string {
  return `${check}\n${target ?? ""}`;
}

function isProven({ change, clock }: World, row: Row | undefined): boolean {
  const { pass, stableMs } = change.health;
  return row !== undefined && row.streak >= pass && clock.now() - row.sinceMs >= stableMs;
}

/** Nothing was ever against it, and nobody can have seen it ill. */
function isWell({ change, faults, fleet, script }: World, target: string): boolean {
  const isScripted = script.some(({ kind }) => kind === "trigger" || kind === "unhealthy");
  const isClear = faults.mute + faults.slow + faults.reboot === 0 && !isScripted;
  const truth = fleet.truthOf(target);
  const canPass =
    change.health.stableMs + change.health.pass * change.health.everyMs < change.health.deadlineMs / 2;
  return isClear && canPass && truth.sickness === "none" && truth.downUntilMs === 0 && fleet.isUpdated(truth);
}

/** Where the check's own verdict counts; the other limits are the unit tests' business. */
function hasHeld(
  { change, clock }: World,
  { trigger, measurements }: EventOf<"trigger-fired">,
  badSinceMs: ReadonlyMap<string, number>,
) {
  const when = change.triggers.find(({ name }) => name === trigger)?.when;
  const sample = measurements[0];
  if (when?.kind !== "check" || sample === undefined || when.share !== null) return true;
  if (when.above !== null || when.worseBy !== null || when.forMs === 0) return true;
  const sinceMs = badSinceMs.get(keyOf(when.check, sample.target));
  return sinceMs !== undefined && clock.now() - sinceMs >= when.forMs;
}
