import type { Check, Requirement, Target } from "./plan/change.ts";
import type { Measurement } from "./rollout/event-parts.ts";
import type { ChangeEvent } from "./rollout/events.ts";
import type { ChangeState } from "./rollout/state.ts";

/** What the engine asks of the world. Adapters implement these; so do the simulation's fakes. */
export type Ports = Readonly<{
  clock: Clock;
  journal: Journal;
  commands: Commands;
  prober: Prober;
  announcer: Announcer;
  observer: Observer;
  messenger: Messenger;
  people: People;
  records: Records;
  files: BackupFiles;
}>;

/** Milliseconds since the epoch that never run backwards within a process, whatever the wall clock does. */
export interface Clock {
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * The durable, append-only list of a change's events, with the lease on its environment. All calls
 * throw ChangeError: JOURNAL_LOCAL from append; JOURNAL_UNREACHABLE, JOURNAL_REFUSED,
 * JOURNAL_CONTESTED or LEASE_LOST from flush. After one of those no effect may start.
 */
export interface Journal {
  /** Resolves when the events are synced to this machine's write-ahead file, in order of the calls. */
  append(events: readonly ChangeEvent[]): Promise<void>;
  /** Resolves when everything appended before the call is durable at the remote. Calls coalesce. */
  flush(): Promise<void>;
  /** Throws LEASE_LOST when the lease has run out by this machine's clock. Cheap: asked before every effect. */
  assertHeld(): void;
}

export type CommandCall = Readonly<{
  /** Names the receipt: the same id finds the same run again after a crash. null keeps no receipt. */
  id: string | null;
  /** null runs on the runner without a target. */
  target: Target | null;
  on: "targets" | "runner";
  script: string;
  /** Added to the shell's environment; never substituted into the script. */
  env: Readonly<Record<string, string>>;
  timeoutMs: number;
  /** Shown in front of each line of output; null keeps the output out of the log. */
  label: string | null;
}>;

export type CommandResult = Readonly<{
  ms: number;
  /** The last of standard output and standard error together, bounded, control characters removed. */
  tail: string;
  /** Standard output alone, bounded; what `version` and a measuring check read. */
  stdout: string;
  ending:
    | Readonly<{ kind: "exited"; code: number }>
    | Readonly<{ kind: "signalled"; signal: string }>
    | Readonly<{ kind: "timed-out" }>
    /** We ended it, because the run was cancelled. */
    | Readonly<{ kind: "cancelled" }>
    /** Proven never to have started: no shell, no working directory. */
    | Readonly<{ kind: "not-started"; reason: string }>
    /** The connection is gone, and with it the answer: it may have run to any extent. */
    | Readonly<{ kind: "lost"; reason: string }>;
}>;

export type ReceiptAnswer =
  | Readonly<{ kind: "finished"; code: number; ms: number }>
  /** Started, and gone without leaving its status. */
  | Readonly<{ kind: "interrupted"; detail: string }>
  | Readonly<{ kind: "unstarted" }>;

export interface Commands {
  /** Never rejects for what the command does; every ending is a value. */
  run(call: CommandCall, signal: AbortSignal): Promise<CommandResult>;
  /**
   * What became of a run that another process started. Waits for one that is still alive, at most
   * until `call.timeoutMs` after its start, then ends it as a timeout would.
   */
  probe(call: CommandCall, signal: AbortSignal): Promise<ReceiptAnswer>;
}

export interface Prober {
  /**
   * One sample of one check, by `check.timeoutMs` at the latest: on a target, or with null for the
   * service as a whole. Never rejects.
   */
  sample(
    check: Check,
    target: Target | null,
    env: CommandCall["env"],
    signal: AbortSignal,
  ): Promise<Measurement>;
}

export interface Announcer {
  /** Tells people that a trigger fired, and where to look. Repeating it updates, never doubles. */
  announce(state: ChangeState): Promise<{ url: string }>;
}

export interface Messenger {
  /** Tells every destination of the plan that the change is about to start. Never rejects; names who was not reached. */
  giveNotice(state: ChangeState): Promise<readonly string[]>;
}

/** A command of a person whom the team allows to give it; the same `id` never comes twice in a process. */
export type PersonCommand = Readonly<{
  command: "continue" | "hold" | "rollback" | "abort";
  by: string;
  role: string;
  id: string;
  restore?: readonly string[];
}>;

export interface People {
  /** Hands on each command as it comes, until the signal aborts. `state.commandIds` are known already. */
  listen(state: ChangeState, onCommand: (command: PersonCommand) => void, signal: AbortSignal): void;
}

/** What is known from elsewhere. Never rejects: what cannot be read is no yes. */
export interface Records {
  /** Whether this version has succeeded in that environment, by its journal, and recently enough. */
  hasSucceeded(
    requirement: Requirement,
    version: string,
    nowMs: number,
  ): Promise<Readonly<{ met: boolean; detail: string }>>;
  /** Open issues with the label that were made since; null: not known. */
  countIssues(label: string, sinceMs: number, signal: AbortSignal): Promise<number | null>;
}

export interface BackupFiles {
  /** Where this machine keeps the backup of that name; its folder is there, and nobody else can read it. */
  place(state: ChangeState, backup: string): string;
  /** null: there is no such file, or it is empty. */
  hash(file: string, signal: AbortSignal): Promise<Readonly<{ sha256: string; bytes: number }> | null>;
}

export interface Observer {
  /** Called after each event has been applied: boards, logs. Must not throw, and must return at once. */
  onEvent(event: ChangeEvent, state: ChangeState): void;
}

/** What is kept about a change where people look: an issue on GitHub, a file on the command line. */
export interface IssueStore {
  /** Opens the marker's issue or updates it; safe to repeat, and there stays one. */
  publish(draft: IssueDraft): Promise<Readonly<{ url: string }>>;
  /** Closes the marker's open issue, if there is one: a newer attempt has succeeded. */
  closeBySuccess(marker: string, comment: string): Promise<unknown>;
}

export type IssueDraft = Readonly<{
  marker: string;
  title: string;
  body: string;
  labels: readonly string[];
  /** Logins, set when the issue is opened; later on they are the readers' own business. */
  assignees?: readonly string[];
  /** false leaves a closed issue closed; the default reopens it, as when a trigger fires again. */
  reopen?: boolean;
  /** Where the journal says that it is: found there even if a list lags behind. */
  knownUrl?: string | null;
}>;
