/** How often things go wrong: each a probability of its own. What is left out never happens. */
export type Faults = Readonly<{
  /** A step exits with an error: having done nothing, half of it, or all of it. */
  step: number;
  /** The same of an undo, or of a restore. */
  undo: number;
  /** An undo says that it is done, and has left the target between two versions. */
  lie: number;
  /** A step hangs until its time is up. */
  hang: number;
  /** The connection is cut while a step runs; the step goes on by itself, and leaves its receipt. */
  cut: number;
  /** A target restarts in the middle of a step, and is away for a while. */
  reboot: number;
  /** No shell could be had for a step. */
  unstarted: number;
  /** A target does not say what version it has. */
  unreadable: number;
  /** The new version does not work on a target, until it is undone. */
  bad: number;
  /** Of those, how many come and go. */
  flap: number;
  /** A sample has no value: its source is down, or answers with nothing, NaN or something old. */
  mute: number;
  /** A probe takes until its deadline. */
  slow: number;
  /** A check of the preparation, or of a contact, says no. */
  check: number;
  /** A verification says no. */
  verify: number;
  /** The version has not succeeded where it had to. */
  unmet: number;
  /** A backup cannot be made, or is found to be broken when it is verified. */
  backup: number;
  /** A file of a backup changes on its way, or where it lies. */
  corrupt: number;
  /** A backup cannot be fetched. */
  fetch: number;
  /** The command that says which group is live fails. */
  active: number;
  /** People are not reached: by an issue, or by a notice. */
  untold: number;
  /** Telling takes minutes. */
  slowToTell: number;
  /** A push is answered late. */
  slowPush: number;
  /** A push is accepted, and its answer is lost. */
  lostAnswer: number;
  /** A push does not get through. */
  lostPush: number;
  /** The remote says no, for good. */
  refusal: number;
  /** The runner's disk is full: nothing more can be written ahead. */
  diskFull: number;
}>;

export const NO_FAULTS: Faults = {
  step: 0,
  undo: 0,
  lie: 0,
  hang: 0,
  cut: 0,
  reboot: 0,
  unstarted: 0,
  unreadable: 0,
  bad: 0,
  flap: 0,
  mute: 0,
  slow: 0,
  check: 0,
  verify: 0,
  unmet: 0,
  backup: 0,
  corrupt: 0,
  fetch: 0,
  active: 0,
  untold: 0,
  slowToTell: 0,
  slowPush: 0,
  lostAnswer: 0,
  lostPush: 0,
  refusal: 0,
  diskFull: 0,
};

/** What is to happen for sure, where a person says so. Times count from the start of the change. */
export type ScriptedFault =
  /** Every step that brings the new version to the target fails; or only the one of that name. */
  | Readonly<{ kind: "fail"; target: string; step: string | null }>
  /** The target is unhealthy on the new version from then on. */
  | Readonly<{ kind: "unhealthy"; target: string; afterMs: number }>
  /** The trigger's condition holds from then on, until it has been acted upon. */
  | Readonly<{ kind: "trigger"; trigger: string; afterMs: number; forMs: number | null }>
  /** The process dies once so many events are in its journal; another one goes on. */
  | Readonly<{ kind: "crash"; afterEvents: number }>
  /** A person's answer to the first question. */
  | Readonly<{ kind: "answer"; command: "continue" | "hold" | "rollback" | "abort" }>;
