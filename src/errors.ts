/** Stable codes: runbooks link to them and alerts match on them, so never reuse one. */
export type ErrorCode =
  | "INPUT_INVALID" // an input, flag or argument is missing, unknown or malformed
  | "RUN_REFUSED" // strangers have written what the run would carry out
  | "PLAN_UNREADABLE" // the plan, or a file that it names, could not be read
  | "PLAN_INVALID" // the plan was read, and has errors
  | "PLAN_UNSUPPORTED" // a valid plan that asks for something this version does not carry out
  | "CHANGE_UNKNOWN" // no journal for that change id in that environment
  | "CHANGE_MISMATCH" // an unfinished change was started from another plan, version or target list
  | "CHANGE_OVERTAKEN" // a later change or run has acted since: going on, or back, would undo its work
  | "CHANGE_STATE" // the command does not apply to the change in its present state
  | "GIT_MISSING" // no usable git program
  | "REPOSITORY_MISSING" // not inside a git repository, and no journal named
  | "JOURNAL_UNREACHABLE" // the remote did not answer in time
  | "JOURNAL_REFUSED" // the remote answered, and refuses the write (read-only, a rule, a hook)
  | "JOURNAL_CONTESTED" // another writer moved the journal: this process must stop
  | "JOURNAL_CORRUPT" // the journal or the write-ahead file is damaged
  | "JOURNAL_LOCAL" // the write-ahead file cannot be written (disk full, permissions)
  | "LEASE_HELD" // another live process acts on the environment
  | "LEASE_LOST" // the lease expired or was taken over: this process must stop
  | "GITHUB_FAILED" // the GitHub API refused or failed
  | "ROLLOUT_STUCK"; // a bug guard: nothing to do, nothing to wait for, no outcome

/** A failure the operator can act on. Anything else that is thrown is a bug in change-deploy. */
export class ChangeError extends Error {
  readonly code: ErrorCode;
  /** One sentence that names the fix. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; hint?: string } = {}) {
    super(message, { cause: options.cause });
    this.name = "ChangeError";
    this.code = code;
    this.hint = options.hint;
  }
}

/** Closes a switch: adding a union member becomes a compile error at every call. */
export function unreachable(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}
