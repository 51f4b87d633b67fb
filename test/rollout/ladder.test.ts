import { describe, expect, it } from "vitest";
import type { StepRun } from "../../src/rollout/event-parts.ts";
import {
  climbFailed,
  climbFinished,
  climbInterrupted,
  climbStarted,
  climbUnknown,
  climbUnstarted,
  newLadder,
  nextBackward,
  nextForward,
} from "../../src/rollout/ladder.ts";
import type { Ladder } from "../../src/rollout/state.ts";
import { aStep } from "../fakes/change.ts";

const plain = aStep({ name: "plain" });
const safe = aStep({ name: "safe", retries: 3 });
const look = aStep({ name: "look", undo: null });
const final = aStep({ name: "final", undo: null, irreversible: true });

/** `do 0 ok`, `undo 1 failed`: a start and how it ended; `lost`: the facts are gone. */
function climb(story: string, steps: readonly unknown[]): Ladder {
  const ladder = newLadder();
  for (const line of story.split(", ").filter((text) => text !== "")) {
    const [direction, step, ending] = line.split(" ");
    if (direction === "lost") climbUnknown(ladder, steps as never);
    else
      end(ladder, { direction, step: Number(step), scope: "each", target: "a", run: 1 } as StepRun, ending!);
  }
  return ladder;
}

function end(ladder: Ladder, run: StepRun, ending: string): void {
  climbStarted(ladder, run);
  if (ending === "ok") climbFinished(ladder, run);
  if (ending === "failed") climbFailed(ladder, run, "exit 1");
  if (ending === "interrupted") climbInterrupted(ladder, "gone");
  if (ending === "unstarted") climbUnstarted(ladder);
}

const tell = (next: ReturnType<typeof nextForward>) =>
  next.kind === "run" ? `${next.direction} ${next.step}` : next.kind;

describe("the way up", () => {
  it.each([
    ["begins with the first step", [plain, plain], "", "do 0"],
    ["goes on with the next one", [plain, plain], "do 0 ok", "do 1"],
    ["is complete after the last", [plain, plain], "do 0 ok, do 1 ok", "complete"],
    ["ends at a failure", [plain], "do 0 failed", "failed"],
    ["tries again while the plan allows it", [safe], "do 0 failed, do 0 failed, do 0 failed", "do 0"],
    ["ends with the last try", [safe], "do 0 failed, do 0 failed, do 0 failed, do 0 failed", "failed"],
    ["repeats an interrupted step that is safe to repeat", [safe], "do 0 interrupted", "do 0"],
    ["repeats an interrupted step that only reads", [look], "do 0 interrupted", "do 0"],
    ["undoes any other interrupted step first", [plain, plain], "do 0 ok, do 1 interrupted", "undo 1"],
    ["and starts it afresh then", [plain, plain], "do 0 ok, do 1 interrupted, undo 1 ok", "do 1"],
    ["takes a step that never started as not begun", [plain], "do 0 unstarted", "do 0"],
    ["counts an interruption as no try", [safe], "do 0 failed, do 0 interrupted, do 0 failed", "do 0"],
    ["leaves an interrupted irreversible step to people", [final], "do 0 interrupted", "failed"],
    ["undoes everything that may have run, when facts are lost", [plain, plain], "lost", "undo 1"],
    ["keeps what is known to be done, when facts are lost", [plain, plain], "do 0 ok, lost", "undo 1"],
    ["only repeats, when facts are lost and one safe step is left", [plain, safe], "do 0 ok, lost", "do 1"],
    [
      "gives up an undo that keeps failing",
      [plain],
      "do 0 interrupted, undo 0 failed, undo 0 failed, undo 0 failed",
      "failed",
    ],
  ])("%s", (_, steps, story, expected) => {
    expect(tell(nextForward(steps, climb(story, steps)))).toBe(expected);
  });
});

describe("the way back", () => {
  it.each([
    ["has nothing to do where nothing began", [plain], "", "complete"],
    ["begins with the newest step", [plain, plain], "do 0 ok, do 1 ok", "undo 1"],
    ["includes the step that failed", [plain, plain], "do 0 ok, do 1 failed", "undo 1"],
    ["includes the step that was interrupted", [plain], "do 0 interrupted", "undo 0"],
    ["leaves out what never started", [plain, plain], "do 0 ok, do 1 unstarted", "undo 0"],
    ["leaves out what has no undo", [plain, look], "do 0 ok, do 1 ok", "undo 0"],
    ["ends with the first step", [plain, plain], "do 0 ok, do 1 ok, undo 1 ok, undo 0 ok", "complete"],
    ["tries an undo three times at least", [plain], "do 0 ok, undo 0 failed, undo 0 failed", "undo 0"],
    ["and no more often", [plain], "do 0 ok, undo 0 failed, undo 0 failed, undo 0 failed", "failed"],
    [
      "does not count failed tries of the step as tries of its undo",
      [safe],
      "do 0 failed, do 0 failed, do 0 failed, do 0 failed, undo 0 unstarted",
      "undo 0",
    ],
  ])("%s", (_, steps, story, expected) => {
    expect(tell(nextBackward(steps, climb(story, steps)))).toBe(expected);
  });
});
