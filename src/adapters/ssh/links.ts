import type { ChildProcessWithoutNullStreams } from "node:child_process";
import type { Target } from "../../plan/change.ts";
import type { Patience } from "./within.ts";

/** A way to a target that is open now. */
export type Link = Readonly<{
  /** A shell on the target that reads its program from standard input. */
  spawn(): ChildProcessWithoutNullStreams;
  release(): void;
}>;

export type Links = Readonly<{
  /** Nothing has reached the target when this says why there is none. Never rejects. */
  acquire(target: Target, patience: Patience): Promise<Link | Readonly<{ failed: string }>>;
  end(): Promise<void>;
  kill(): void;
}>;
