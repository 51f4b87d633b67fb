import { saveState } from "../adapters/runner-files.ts";
import type { Env } from "../run-context.ts";

/** What the main process leaves for the post step, through the runner's state file; it survives `kill -9`. */
export type Notes = Readonly<{ hasBegun: boolean; hasEnded: boolean; changeId: string | null }>;

export function noteBegun(): void {
  saveState("begun", "true");
}

export function noteChange(changeId: string | null): void {
  if (changeId !== null) saveState("change", changeId);
}

/** Whatever the end was: from here on the main process has said it all itself. */
export function noteEnded(): void {
  saveState("ended", "true");
}

export function readNotes(env: Env): Notes {
  const changeId = env.STATE_change ?? "";
  return {
    hasBegun: env.STATE_begun === "true",
    hasEnded: env.STATE_ended === "true",
    changeId: changeId === "" ? null : changeId,
  };
}
