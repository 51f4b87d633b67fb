import type { Clock, IssueStore, Observer, People, Records } from "../ports.ts";
import type { Holder } from "../rollout/event-parts.ts";
import type { ChangeState } from "../rollout/state.ts";
import type { WriteNote } from "./escalations.ts";
import type { CommandsNeed, OpenedCommands } from "./open-commands.ts";

type DeploymentsOfChange = Readonly<{
  begin(state: ChangeState): void;
  drain(): Promise<void>;
  /** For whoever only reports. */
  catchUp(state: ChangeState): Promise<void>;
}>;

/** The world as one entry (the action or the command line) has put it together. */
export type Shell = Readonly<{
  cwd: string;
  clock: Clock;
  /** In whose name this process acts, and where it can be looked at. */
  holder: Holder;
  /** The run and attempt on GitHub; null elsewhere. */
  run: Readonly<{ id: string; attempt: number; url: string }> | null;
  /** Which journal: a remote's name, a URL, or null for the default. */
  journal: string | null;
  journalPrefix: string;
  /** How long to wait for a lease that another process holds, in the hope that it is dead; 0: not at all. */
  leaseWaitMs: number;
  /** git's environment, with the token's header where there is one. */
  gitEnv: Readonly<Record<string, string | undefined>>;
  /** How commands reach the runner and the targets; `folder` and `token` see Place and Lease. */
  makeCommands(need: CommandsNeed): OpenedCommands;
  countIssues: Records["countIssues"];
  /** The record on GitHub that follows the change; null elsewhere. */
  deployments: (Observer & DeploymentsOfChange) | null;
  /** Who can tell the change anything while it goes on; `folder` sees Place. */
  makePeople(need: Readonly<{ folder: string }>): People;
  observer: Observer;
  issues: IssueStore;
  /** Comments on the change's issue; null where nobody would be told by one. */
  writeNote: WriteNote | null;
  /** Hides the secrets of a text that goes into a record. */
  redact(text: string): string;
  /** A line of the log that belongs to no event. */
  say(line: string): void;
  cancel: AbortSignal;
}>;
