import type { ChangeState } from "../rollout/state.ts";
import { plain } from "./markdown.ts";
import { listTasks, type OwedTask } from "./owed-tasks.ts";
import { mentionAll } from "./people.ts";
import { formatAt } from "./wording.ts";

/** What people owe, each with owners and due time, as a list to tick. null when nothing is owed. */
export function renderOwed(state: ChangeState): string | null {
  const tasks = listTasks(state);
  if (tasks.length === 0) return null;
  return `## What people owe next\n\n${tasks.map(renderTask).join("\n")}`;
}

function renderTask({ what, more, owners, dueMs }: OwedTask): string {
  const due = dueMs === null ? "now" : `by ${formatAt(dueMs)}`;
  const people = mentionAll(owners);
  const told = more === "" ? "" : `: ${plain(more, 300)}`;
  return `- [ ] **${plain(what, 120)}**, ${due}${people === "" ? "" : `, ${people}`}${told}`;
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

/** Due times and owners may move between two writings; the bold words do not. */
function taskLabel(line: string): string {
  const text = line.slice(6);
  const end = text.indexOf("**", 2);
  return text.startsWith("**") && end > 0 ? text.slice(0, end) : text.trim();
}
