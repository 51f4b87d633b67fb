import type { RunContext } from "./run-context.ts";

/** Runs that stand beside a pull request, and say so in their event. */
const OF_PULL_REQUEST = /^pull_request(_review|_review_comment)?$/;

/** The events whose trustworthiness only the event itself tells. */
export function needsEvent({ eventName }: Pick<RunContext, "eventName">): boolean {
  return OF_PULL_REQUEST.test(eventName) || eventName === "workflow_run" || eventName === "issue_comment";
}

/**
 * Why a run may do no more than validate: strangers have written what it would carry out, or may have.
 * null for one that may. `event` is what the runner's event file holds; anything unexpected in it is
 * no trust.
 */
export function findDistrust(run: RunContext, event: unknown): string | null {
  const { eventName } = run;
  if (eventName === "pull_request_target")
    return "It runs on pull_request_target, which mixes secrets with the text of strangers.";
  if (!needsEvent(run)) return null;
  if (eventName === "issue_comment") {
    return isObject(at(event, "issue")) && at(event, "issue", "pull_request") === undefined
      ? null
      : "It runs on a comment on a pull request, and nothing proves whose content that is.";
  }
  const head =
    eventName === "workflow_run"
      ? at(event, "workflow_run", "head_repository", "full_name")
      : at(event, "pull_request", "head", "repo", "full_name");
  if (typeof head !== "string") return `Its ${eventName} event does not say which repository it comes from.`;
  if (head.toLowerCase() === `${run.owner}/${run.repo}`.toLowerCase()) return null;
  return "It runs for a fork: people without write access have written what it would carry out.";
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (part, key) => (isObject(part) && Object.hasOwn(part, key) ? part[key] : undefined),
    value,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
