import type { ChangeState } from "../rollout/state.ts";
import { compareBudgets } from "./budgets.ts";
import { outcomeOf } from "./phase.ts";
import { formatAt } from "./wording.ts";

/** What people owe after a trigger, with due times. null when nothing is owed. */
export function renderOwed(state: ChangeState): string | null {
  const budgets = compareBudgets(state);
  if (budgets === null || state.rollback === null) return null;
  const tellMs = state.rollback.times.triggeredMs + state.change.rollback.budgets.announceMs;
  const review = formatAt(budgets.reviewDueMs);
  const outcome = outcomeOf(state);
  const tasks = [
    outcome === "rollback-incomplete" ? "**Now**: put back by hand what is listed above" : "",
    outcome === "frozen" ? "**Now**: decide how to go on; nothing more happens by itself" : "",
    `**Users told**, by ${formatAt(tellMs)}`,
    `**Cause analysed**, by ${review}`,
    `**Review held**, by ${review}`,
    `**Improvements planned**, by ${review}`,
  ];
  const list = tasks.filter((task) => task !== "").map((task) => `- [ ] ${task}`);
  return `## What people owe next\n\n${list.join("\n")}`;
}

/** Ticks that people have set stay when the issue is written anew. */
export function keepTicks(body: string, previousBody: string): string {
  const ticked = new Set<string>();
  for (const line of previousBody.split(/\r?\n/u)) {
    if (/^- \[[xX]\] /u.test(line)) ticked.add(taskLabel(line));
  }
  const lines = body.split("\n").map((line) => {
    return line.startsWith("- [ ] ") && ticked.has(taskLabel(line)) ? `- [x] ${line.slice(6)}` : line;
  });
  return lines.join("\n");
}

/** Due times may move between two writings; the bold words do not. */
function taskLabel(line: string): string {
  const text = line.slice(6);
  const end = text.indexOf("**", 2);
  return text.startsWith("**") && end > 0 && text.slice(0, end) !== "**Now"
    ? text.slice(0, end)
    : text.trim();
}
