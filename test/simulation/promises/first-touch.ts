import { hashOf, isGood } from "../../../src/rehearsal/backups.ts";
import type { World } from "../../../src/rehearsal/world.ts";
import type { ChangeEvent } from "../../../src/rollout/events.ts";
import type { ChangeState } from "../../../src/rollout/state.ts";
import type { Promised } from "./watch.ts";

/** Promises 15 and 16, and what has to be done before anything is touched. */
export const watchFirstTouch: Promised = (world, report) => {
  const touched = new Set<number>();
  /** When people were told, whatever anybody's clock said. */
  const toldMs = new Map<ChangeEvent, number>();

  return {
    onEvent: (event, state) => {
      // Nobody knows what a lost process has touched, and with its machine a backup that was only there is gone.
      const isBegun = state.batch.opened || state.batch.index > 0 || state.hasTouched;
      if (event.kind === "resumed" && event.writeAhead === "missing" && isBegun) touched.add(state.attempt);
      if (event.kind === "notice-given") toldMs.set(event, world.clock.now());
      if (event.kind !== "finished" || event.outcome !== "succeeded") return;
      if (state.progress.verified < world.change.verify.length) report("17 honesty: verification is missing");
    },
    onCommand: (_, meaning, { state }) => {
      if (meaning.kind !== "step" || state === null) return;
      const { scope, direction } = meaning.place;
      const isTouch = direction === "do" && ["before", "each", "switch", "after"].includes(scope);
      if (!isTouch || touched.has(state.attempt)) return;
      touched.add(state.attempt);
      const noticeMs = toldMs.get(findNotice(world.remote.events)!);
      const isServed = noticeMs !== undefined && world.noticesMs.length > 0;
      const sinceMs = isServed ? world.clock.now() - noticeMs : null;
      for (const promise of missing(world, state, sinceMs)) report(promise);
    },
  };
};

/** The one that counts: of this attempt, and known to all before anything is touched. */
function findNotice(events: readonly ChangeEvent[]): ChangeEvent | undefined {
  const begun = events.findLastIndex(({ kind }) => kind === "attempt-started");
  return events.slice(begun).find(({ kind }) => kind === "notice-given");
}

function missing(world: World, state: ChangeState, toldForMs: number | null): string[] {
  const { change } = world;
  const { progress } = state;
  const tested = change.team.contacts.filter(({ test }) => test !== null).length;
  const needs: [boolean, string][] = [
    [!change.needsApproval || world.isApproved, "15 approval: nobody approved it"],
    [change.requires.length <= progress.requirements, "16 fail closed: a requirement is not met"],
    [tested <= progress.contacts, "16 fail closed: a contact was not tried"],
    [change.preflight.checks.length <= progress.preflight, "16 fail closed: a preflight check did not pass"],
    [change.notify.beforeMs <= (toldForMs ?? 0), "notice: people were not told in time"],
    [change.backups.every(({ name }) => isSafe(world, state, name)), "backup: a touch without a good backup"],
  ];
  return needs.flatMap(([isMet, promise]) => (isMet ? [] : [promise]));
}

/** Whether what the journal speaks of exists somewhere, can be restored, and is of the data that is there now. */
function isSafe(world: World, { progress }: ChangeState, name: string): boolean {
  const made = progress.backups.get(name);
  if (made?.kind !== "made") return false;
  const { verify } = world.change.backups.find((backup) => backup.name === name)!;
  const copies = [...world.contentsOf(made.file), world.backups.keptOf(name)];
  return copies.some(
    (copy) =>
      copy !== undefined &&
      hashOf(copy) === made.sha256 &&
      (verify === null || isGood(copy)) &&
      !world.backups.isOutdated(copy),
  );
}
