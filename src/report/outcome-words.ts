import type { Outcome } from "../rollout/event-parts.ts";
import type { ChangeState } from "../rollout/state.ts";
import type { AccountCounts } from "./accounting.ts";
import { outcomeOf, phaseOf } from "./phase.ts";
import { countOf, formatCount } from "./wording.ts";

type Words = Readonly<{
  sign: string;
  /** Behind the change id in a title. */
  title: string;
  headline: string;
  rerun: string;
}>;

const WORDS: Readonly<Record<Outcome, Words>> = {
  succeeded: {
    sign: "✅",
    title: "succeeded",
    headline: "Succeeded: every target is updated and verified.",
    rerun: "A re-run says so and does nothing.",
  },
  rejected: {
    sign: "⛔",
    title: "was rejected",
    headline: "Rejected: a gate said no, and nothing was touched.",
    rerun: "A re-run checks everything anew, from the start.",
  },
  "rolled-back": {
    sign: "↩️",
    title: "was rolled back",
    headline: "Rolled back: every touched target is verified back as it was.",
    rerun: "A re-run starts a new attempt from the first batch.",
  },
  "rollback-incomplete": {
    sign: "🛑",
    title: "was not rolled back completely",
    headline: "Rollback incomplete: what is left has to be put back by hand.",
    rerun: "A re-run tries again to roll back what is left.",
  },
  frozen: {
    sign: "🛑",
    title: "is frozen",
    headline: "Frozen: past an irreversible step, so everything stays as it is until a person decides.",
    rerun: "A re-run leaves everything as it is: a person decides how to go on.",
  },
  held: {
    sign: "⏸️",
    title: "is held",
    headline: "Held: stopped before all targets were updated.",
    rerun: "A re-run goes on where it stopped.",
  },
  interrupted: {
    sign: "⚠️",
    title: "was interrupted",
    headline: "Interrupted: the journal says how far it got.",
    rerun:
      "A re-run resumes with the first unfinished step; one in doubt is probed first, and repeated only if that is safe.",
  },
};

/** One sentence, plain text. */
export function headline(state: ChangeState): string {
  const outcome = outcomeOf(state);
  if (outcome !== null) return WORDS[outcome].headline;
  return `${state.rollback === null ? "Under way" : "On the way back"}: ${phaseOf(state)}.`;
}

/** The same as the first line of a document. */
export function renderHeadline(state: ChangeState): string {
  const outcome = outcomeOf(state);
  return `${outcome === null ? "⏳" : WORDS[outcome].sign} **${headline(state)}**`;
}

export function titleWords(state: ChangeState): string {
  const outcome = outcomeOf(state);
  if (outcome !== null) return WORDS[outcome].title;
  return state.rollback === null ? "is under way" : "is being rolled back";
}

/** null while it runs. */
export function rerunWords(state: ChangeState): string | null {
  const outcome = outcomeOf(state);
  return outcome === null ? null : WORDS[outcome].rerun;
}

/** `24 updated, 1 failed, 15 untouched of 40 targets`. */
export function countWords(counts: AccountCounts): string {
  const entries = Object.entries(counts);
  const total = entries.reduce((sum, [, count]) => sum + count, 0);
  const told = entries.filter(([, count]) => count > 0);
  const words = told.map(([account, count]) => `${formatCount(count)} ${account.replace("-", " ")}`);
  return `${words.join(", ")} of ${countOf(total, "target")}`;
}
