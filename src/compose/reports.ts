import type { Announcer, IssueStore, Observer } from "../ports.ts";
import { issueMarker, renderIssue } from "../report/issue.ts";
import type { ReportExtras } from "../report/sections.ts";
import { recordInTimeline, type Timeline } from "../report/timeline.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import type { ChangeState } from "../rollout/state.ts";

/** The change's records: a timeline fed by its events, and the issue made from it. */
export class Reports implements Announcer, Observer {
  readonly timeline: Timeline;
  readonly #issues: IssueStore;
  readonly #extras: ReportExtras;
  readonly #next: Observer;

  constructor(
    parts: Readonly<{ timeline: Timeline; issues: IssueStore; extras: ReportExtras; next: Observer }>,
  ) {
    this.timeline = parts.timeline;
    this.#issues = parts.issues;
    this.#extras = parts.extras;
    this.#next = parts.next;
  }

  onEvent(event: ChangeEvent, state: ChangeState): void {
    recordInTimeline(this.timeline, event);
    this.#next.onEvent(event, state);
  }

  announce(state: ChangeState): Promise<{ url: string }> {
    return this.#publish(state, { reopen: true });
  }

  /**
   * The issue's last word: opened only where a trigger fired or a review is owed, closed where an attempt has
   * mended it. What is owed keeps it open: people close it once it is done.
   */
  async conclude(state: ChangeState, { reopen }: { reopen: boolean }): Promise<{ url: string } | null> {
    if (state.trigger !== null) return this.#publish(state, { reopen });
    const isOver = state.outcome?.outcome === "succeeded";
    if (isOver && (state.approval?.owed.length ?? 0) > 0) return this.#publish(state, { reopen });
    // A warning has opened it, or an earlier attempt.
    if (state.warnings.length > 0) await this.#publish(state, { reopen: reopen && !isOver });
    if (state.issueUrl === null || !isOver) return null;
    const { environment, id } = state.change;
    const comment = `Attempt ${state.attempt} of this change has succeeded: every target is updated and verified.`;
    await this.#issues.closeBySuccess(issueMarker(environment, id), comment);
    return { url: state.issueUrl };
  }

  #publish(state: ChangeState, { reopen }: { reopen: boolean }): Promise<{ url: string }> {
    const issue = renderIssue(state, this.timeline, this.#extras);
    return this.#issues.publish({ ...issue, reopen, knownUrl: state.issueUrl });
  }
}
