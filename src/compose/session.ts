import type { Until } from "../engine/run-change.ts";
import type { ChangeError } from "../errors.ts";
import type { Change } from "../plan/change.ts";
import type { Timeline } from "../report/timeline.ts";
import type { ChangeState } from "../rollout/state.ts";

/** What one process is to do for a change, and what came of it. */
export type SessionRequest = Readonly<{ environment: string }> &
  (
    | Readonly<{
        kind: "run";
        change: Change;
        planText: string;
        inputsText: string;
        commit: string | null;
        /** Ends once this phase is reached, for the next process to go on. */
        until?: Until;
        /** Who says on a command line that it is approved: recorded as said, not as proven. */
        approvedBy?: string | null;
      }>
    /** `changeId: null` is the newest change of the environment. */
    | Readonly<{ kind: "resume"; changeId: string | null }>
    | Readonly<{
        kind: "rollback";
        changeId: string | null;
        repaired?: boolean;
        /** Backups to restore, by name. */
        restore?: readonly string[];
      }>
  );

export type SessionEnd = Readonly<{
  state: ChangeState;
  timeline: Timeline;
  journalRef: string;
  /** Where the journal is fetched from; null when it is in the repository at hand. */
  journalRemote: string | null;
  issueUrl: string | null;
  /** Why nothing was done, where nothing had to be. */
  nothing: string | null;
  /** What stopped us from writing the journal or from telling people; the state says how far it got. */
  failure: ChangeError | null;
  /** True where the session stopped because the stage of `until` was reached, and nothing went wrong. */
  reached: boolean;
}>;
