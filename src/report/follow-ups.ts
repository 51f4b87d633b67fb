import { plain } from "./markdown.ts";
import { formatAt } from "./wording.ts";

/** What somebody owes, and until when. */
export type FollowUp = Readonly<{ task: string; dueMs: number }>;

const TASK_CHARS_MAX = 200;

/** Tasks as GitHub's list to tick off; the bold words are what `keepTicks` knows a task by. */
export function renderFollowUps(followUps: readonly FollowUp[]): string | null {
  if (followUps.length === 0) return null;
  const inOrder = [...followUps].sort((a, b) => a.dueMs - b.dueMs);
  const lines = inOrder.map(
    ({ task, dueMs }) => `- [ ] **${plain(task, TASK_CHARS_MAX)}**, by ${formatAt(dueMs)}`,
  );
  return `## What is to follow\n\n${lines.join("\n")}`;
}
