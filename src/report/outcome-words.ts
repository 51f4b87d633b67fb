import type { Outcome } from "../rollout/event-parts.ts";
import type { ChangeState } from "../rollout/state.ts";
import type { AccountCounts } from "./accounting.ts";
import { outcomeOf, phaseOf } from "./phase.ts";
import { waitOf } from "./waits.ts";
import { countOf, formatAt, formatCount } from "./wording.ts";

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

/** Where an outcome can come about in more than one way: by it and its reason code. */
const BY_REASON: Readonly<Record<string, string>> = {
  "rejected preparation-failed":
    "Rejected: the preparation failed and was taken back, and no target was touched.",
  "held window-closed": "Held: the window ends before the next batch with a full rollback would.",
  "held on-hold": "Held: stopped between batches, as a person or the plan wanted.",
  "held service-not-resumed": "Held: every target is done, and the service could not be given back.",
  "held targets-failed": "Held: some targets failed, no more than the plan allows.",
};

/** One sentence, plain text. */
export function headline(state: ChangeState): string {
  const outcome = outcomeOf(state);
  if (outcome === null) return underWay(state);
  return BY_REASON[`${outcome} ${state.outcome?.reasonCode}`] ?? WORDS[outcome].headline;
}

function underWay(state: ChangeState): string {
  if (state.rollback !== null) return `On the way back: ${phaseOf(state)}.`;
  if (state.pause?.kind === "question") {
    return "Waiting for an answer: a warning holds the rollout, and nothing has been rolled back.";
  }
  const wait = waitOf(state);
  const until = wait?.untilMs == null ? "" : `, until ${formatAt(wait.untilMs)} at the latest`;
  return `Under way: ${phaseOf(state)}${until}.`;
}

/** The same as the first line of a document. */
export function renderHeadline(state: ChangeState): string {
  const outcome = outcomeOf(state);
  const running = state.pause?.kind === "question" ? "✋" : "⏳";
  return `${outcome === null ? running : WORDS[outcome].sign} **${headline(state)}**`;
}

export function titleWords(state: ChangeState): string {
  const outcome = outcomeOf(state);
  if (outcome !== null) return WORDS[outcome].title;
  if (state.rollback !== null) return "is being rolled back";
  return state.pause?.kind === "question" ? "waits for an answer" : "is under way";
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
