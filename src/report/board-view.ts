import type { ChangeState } from "../rollout/state.ts";
import type { Glyphs } from "./glyphs.ts";
import type { Progress } from "./progress.ts";

/** What one frame of the board is made from. */
export type BoardView = Readonly<{
  state: ChangeState;
  progress: Progress;
  nowMs: number;
  glyphs: Glyphs;
  spinner: string;
  barColumns: number;
}>;
