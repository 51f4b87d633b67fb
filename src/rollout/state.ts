import type { Change, Step, StepList } from "../plan/change.ts";
import type { Holder, Measurement, Outcome, StepRun } from "./event-parts.ts";
import type { EventOf } from "./events.ts";
import type { StageName } from "./stages.ts";

/** How far a list of steps has got. Steps below `done` are finished; from there to `dirty` they may be half done. */
export type Ladder = {
  done: number;
  dirty: number;
  direction: StepRun["direction"];
  /** Starts of the step at hand since it last succeeded, in the direction at hand. */
  tries: number;
  /** Interruptions, by direction, since something was last finished in it: no failures, but not without end either. */
  cuts: Readonly<{ do: number; undo: number }>;
  /** Why `dirty` is above `done`; null while the step at hand runs or none has been started. */
  half: "failed" | "interrupted" | null;
  /** The last failure's text, for people. */
  detail: string | null;
  /** What a start changed, so that a start that never happened can be taken back. */
  prior: Readonly<Pick<Ladder, "dirty" | "direction" | "tries" | "half">> | null;
};

/** Lists whose steps run once. */
export type OnceList = Exclude<StepList, "each">;

export type TargetStatus =
  | "updating" // steps are running or due
  | "settling" // steps finished, not yet healthy (or no longer)
  | "updated" // steps finished and healthy
  | "failed" // counted against max-failures
  | "undoing"
  | "verifying" // undone; version and health are being checked
  | "rolled-back"
  | "rollback-failed";

export type TargetState = {
  status: TargetStatus;
  batch: number;
  ladder: Ladder;
  /** The samples that made the last verdict. */
  measurements: readonly Measurement[];
  reason: string | null;
  /** After the undo: what is known of it. */
  healthOk: boolean;
  versionOk: boolean;
};

/** Timeline facts that the report compares with the budgets. Milliseconds since the epoch. */
type RollbackTimes = {
  triggeredMs: number;
  announcedMs: number | null;
  firstUndoMs: number | null;
  lastUndoMs: number | null;
  verifiedMs: number | null;
};

export type BatchState = {
  index: number;
  opened: boolean;
  /** Position in the batch of the next target that has not been touched. */
  next: number;
  /** Targets of the batch that are neither updated nor failed. */
  left: number;
  bakeStartedMs: number | null;
  /** Whoever keeps relapsing may do so until then; set anew whenever a target finishes its steps. */
  limitMs: number | null;
};

export type RollbackState = {
  /** Out of service already: putting them back costs no availability. Next one last. */
  broken: string[];
  /** In service on the new version. Next one last. */
  healthy: string[];
  undoing: Set<string>;
  /** Undone, not yet confirmed; with the time since when. In order of time. */
  verifying: Map<string, number>;
  /** Verifying targets whose version has not been asked for yet, and how many answers are due. */
  unasked: Set<string>;
  asking: number;
  /** Verifying targets that are proven back, and those that run another version than was recorded. */
  confirmed: Set<string>;
  refuted: Set<string>;
  /** What could not be put back, and why. Key: a target's name, or the scope of a once-step. */
  failed: Map<string, string>;
  times: RollbackTimes;
};

export type BackupState = Readonly<
  | { kind: "started"; file: string }
  | { kind: "made"; file: string; sha256: string; bytes: number; kept: boolean }
  | { kind: "failed"; detail: string }
>;

/** What has been done before the first touch, and after the last. */
export type Progress = {
  gatePassed: boolean;
  requirements: number;
  /** The first requirement that is not met. */
  unmet: string | null;
  /** The wait for a window: since when, and until when. */
  awaited: Readonly<{ sinceMs: number; untilMs: number }> | null;
  contacts: number;
  preflight: number;
  verified: number;
  /** The first check of these that did not pass, with its phase. */
  refusal: EventOf<"check-asked"> | null;
  noticeMs: number | null;
  baselines: Map<string, number | null>;
  backups: Map<string, BackupState>;
  confirmed: EventOf<"backups-confirmed"> | null;
  reached: Set<"prepare" | "deploy" | "verify">;
  /** What the end did not give back, and why: a `finally` that keeps failing. */
  unresumed: string | null;
};

export type ServiceState = {
  verdict: Measurement["verdict"];
  measurements: readonly Measurement[];
  /** Counts the moments from which only newer samples count. */
  epoch: number;
  /** Since when it is waited for, in a rollback. */
  sinceMs: number;
};

/** Why nothing new is started. */
export type Pause =
  | { readonly kind: "question"; readonly trigger: string; deadlineMs: number }
  | Readonly<{ kind: "hold"; by: string }>;

/** Milliseconds that each stage has taken so far; the one at hand counts from `sinceMs`. */
export type Spent = { stage: StageName; sinceMs: number; ms: Map<StageName, number>; passed: Set<string> };

/**
 * The fold of a change's events. It is owned by whoever folds: `evolve` updates it in place, because
 * a hundred thousand targets cannot be copied at every event; nobody else writes to it.
 */
export type ChangeState = {
  readonly change: Change;
  attempt: number;
  holder: Holder | null;
  commit: string | null;
  startedMs: number;
  lastMs: number;
  /** Starts of any step so far, over all attempts. */
  runs: number;

  /** Recorded before the first touch, by target. */
  versions: Map<string, string>;
  unreadable: Map<string, string>;
  /** Position in `change.targets` of the next version to ask for. */
  surveyNext: number;
  /** Versions asked for and not answered. */
  surveyOpen: number;
  /** Unreadable when their batch came: they join later, should a resumed run read them. */
  skipped: Set<string>;

  /** The plan's batches; for blue-green the group that proved to be idle. */
  batches: readonly (readonly string[])[];
  /** Blue-green: the group that was live at the start, once it is known. */
  activeGroup: string | null;
  /** Why it could not be told, when it was asked last. */
  activeUnknown: string | null;
  progress: Progress;
  spent: Spent;
  approval: EventOf<"approved"> | null;

  /** A step of the change, which is no preparation, has been started; undoing it does not take that back. */
  hasTouched: boolean;
  once: Record<OnceList, Ladder>;
  /** What the triggers that have fired run at once, in their order. */
  responses: Step[];
  /** Backups to restore, by name. */
  restores: string[];
  batch: BatchState;
  /** Touched targets (and unreadable ones), in the order of their first touch. */
  targets: Map<string, TargetState>;
  /** Updating targets with nothing in flight. */
  ready: Set<string>;
  /** Updating targets that may be at any step, because facts were lost. They start like new ones; next one last. */
  lost: string[];
  /** Settling targets with the time since when, in order of time. */
  settling: Map<string, number>;
  /** Being changed, unhealthy or unknown. */
  unavailable: Set<string>;
  /** Targets whose health the engine samples. */
  watching: Set<string>;
  service: ServiceState;
  /** By trigger and target: since when this process sees its condition hold, and how long others did. */
  breaches: Map<string, { sinceMs: number; heldMs: number }>;
  pause: Pause | null;
  /** What a person has asked for and decide has not carried out yet. */
  order: EventOf<"commanded"> | null;
  commandIds: Set<string>;
  warnings: EventOf<"trigger-fired">[];
  /** Names of the triggers that have fired. */
  fired: Set<string>;
  failures: number;
  lastFailure: EventOf<"target-failed"> | null;

  /** Effects under way that are no steps, by a name of decide's; see notes.ts. */
  asked: Set<string>;
  /** By owner (a target's name, or the list of a once-step): what this process has started. */
  inFlight: Map<string, StepRun>;
  /** By owner: started by a process that is gone, not yet asked about. */
  inDoubt: Map<string, StepRun>;

  /** By owner: the irreversible step that has been started there. Not empty: no way back any more. */
  irreversible: Map<string, string>;
  trigger: EventOf<"trigger-fired"> | null;
  announcement: { state: "due" | "under-way" | "done"; url: string | null } | null;
  rollback: RollbackState | null;
  interrupted: string | null;
  outcome: { outcome: Outcome; reasonCode: string; reason: string } | null;
  issueUrl: string | null;
};
