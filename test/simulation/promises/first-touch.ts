import { hashOf, isGood } from "../../../src/rehearsal/backups.ts";
import type { World } from "../../../src/rehearsal/world.ts";
import type { ChangeState } from "../../../src/rollout/state.ts";
import type { Promised } from "./watch.ts";

/** Promises 15 and 16, and what has to be done before anything is touched. */
export const watchFirstTouch: Promised = (world, report) => {
  const touched = new Set<number>();
  /** When people were told, whatever anybody's clock said. */
  let noticeMs: number | null = null;

  return {
    onEvent: (event, state) => {
      if (event.kind === "attempt-started") noticeMs = null;
      if (event.kind === "resumed" && state.progress.noticeMs === null) noticeMs = null;
      if (event.kind === "notice-given") noticeMs ??= world.clock.now();
      if (event.kind !== "finished" || event.outcome !== "succeeded") return;
      if (state.progress.verified < world.change.verify.length) report("17 honesty: verification is missing");
    },
    onCommand: (_, meaning, { state }) => {
      if (meaning.kind !== "step" || state === null) return;
      const { scope, direction } = meaning.place;
      const isTouch = direction === "do" && ["before", "each", "switch", "after"].includes(scope);
      if (!isTouch || touched.has(state.attempt)) return;
      touched.add(state.attempt);
      const sinceMs = noticeMs === null || world.noticesMs.length === 0 ? null : world.clock.now() - noticeMs;
      for (const promise of missing(world, state, sinceMs)) report(promise);
    },
  };
};

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

/** Whether what the journal speaks of exists somewhere, and can be restored. */
function isSafe(world: World, { progress }: ChangeState, name: string): boolean {
  const made = progress.backups.get(name);
  if (made?.kind !== "made") return false;
  const { verify } = world.change.backups.find((backup) => backup.name === name)!;
  const copies = [...world.contentsOf(made.file), world.backups.keptOf(name)];
  return copies.some(
    (copy) => copy !== undefined && hashOf(copy) === made.sha256 && (verify === null || isGood(copy)),
  );
}
