import { ChangeError, unreachable } from "../errors.ts";
import type { Ports } from "../ports.ts";
import type { Action, Fact } from "../rollout/decide.ts";
import { DETAIL_CHARS_MAX } from "../rollout/event-parts.ts";
import type { ChangeState } from "../rollout/state.ts";
import { confirmBackups, makeBackup } from "./backup-effects.ts";
import { askCheck, checkRequirement, giveNotice, observeActive, recordBaseline } from "./phase-effects.ts";
import { probeStep, runStep } from "./step-effects.ts";
import { recordVersion, verifyVersion } from "./version-effects.ts";

export type Effects = Readonly<{ state: ChangeState; ports: Ports; signal: AbortSignal }>;
export type Effect = Exclude<Action, { kind: "record" }>;

/**
 * Carries out one action and answers with the fact that came of it; null where it was cancelled before
 * anything was known. Never rejects for what the world does.
 */
export function perform(effect: Effect, effects: Effects): Promise<Fact | null> {
  switch (effect.kind) {
    case "run-step":
      return runStep(effect.run, effects);
    case "probe-step":
      return probeStep(effect.run, effects);
    case "record-version":
      return recordVersion(effect.target, effects);
    case "verify-version":
      return verifyVersion(effect.target, effects);
    case "announce":
      return announce(effects);
    case "check-requirement":
      return checkRequirement(effect.index, effects);
    case "ask-check":
      return askCheck(effect, effects);
    case "give-notice":
      return giveNotice(effects);
    case "record-baseline":
      return recordBaseline(effect.check, effects);
    case "make-backup":
      return makeBackup(effect.backup, effects);
    case "confirm-backups":
      return confirmBackups(effects);
    case "observe-active":
      return observeActive(effects);
    default:
      return unreachable(effect);
  }
}

/** People are told while the undo is under way; a rollback never waits for it. */
async function announce({ state, ports }: Effects): Promise<Fact> {
  try {
    const { url } = await ports.announcer.announce(state);
    return { kind: "announced", url };
  } catch (error) {
    const hint = error instanceof ChangeError && error.hint !== undefined ? ` ${error.hint}` : "";
    const detail = `${error instanceof Error ? error.message : error}${hint}`;
    return { kind: "announce-failed", detail: detail.slice(0, DETAIL_CHARS_MAX) };
  }
}
