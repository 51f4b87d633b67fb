import type { Command } from "../cli/arguments.ts";
import { chooseSurface } from "../cli/choose-surface.ts";
import { readMoment } from "../cli/read-moment.ts";
import { type Explanation, explainChange } from "../plan/explain/explain-change.ts";
import type { PlanIssue } from "../plan/issue.ts";
import { placeInPlan } from "../plan/places.ts";
import type { PlanDocument } from "../plan/schema/plan.ts";
import { renderExplanationMarkdown } from "../report/explanation-markdown.ts";
import { renderExplanationText } from "../report/explanation-text.ts";
import { renderJson } from "../report/json.ts";
import { renderIssuesText } from "../report/plan-report.ts";
import { type Preview, previewChange } from "./preview-change.ts";
import type { Io } from "./print-error.ts";
import { requestPlan } from "./request-plan.ts";

type Explain = Extract<Command, { kind: "explain" }>;
type Explained = { ok: true; explanation: Explanation } | { ok: false; issues: readonly PlanIssue[] };

/** As wide as a text that no terminal bounds needs to be. */
const COLUMNS = 100;

/** Resolves to the exit code. */
export async function explain(command: Explain, io: Io): Promise<number> {
  const startMs = Date.now();
  const preview = await previewChange(await requestPlan(command.plan, command), startMs);
  const explained = explainPreview(preview, (timezone) =>
    command.at === null ? startMs : readMoment(command.at, timezone),
  );
  if (!explained.ok) {
    const { issues } = explained;
    if (command.json) io.answer(renderJson({ ok: false, issues }, 2));
    else io.print(renderIssuesText(issues, command.plan, preview.planText));
    return 1;
  }
  if (command.json) io.answer(renderJson(explained.explanation, 2));
  else io.print(renderExplanationText(explained.explanation, chooseShape(command)).trimEnd());
  return 0;
}

/** For the job summary. */
export function describePreview(preview: Preview, nowMs: number): string {
  const explained = explainPreview(preview, () => nowMs);
  if (explained.ok) return renderExplanationMarkdown(explained.explanation);
  return "What it would do shows when it runs: a command lists its targets.";
}

function explainPreview(preview: Preview, momentIn: (timezone: string) => number): Explained {
  if (!preview.ok) return preview;
  const { plan, change } = preview;
  if (change === null) return { ok: false, issues: [targetsUnknown(plan)] };
  const nowMs = momentIn(plan.schedule?.timezone ?? "UTC");
  return { ok: true, explanation: explainChange(plan, change, nowMs) };
}

/** Said by whoever runs nothing, and so cannot know the targets. */
export function targetsUnknown(plan: PlanDocument): PlanIssue {
  return placeInPlan(plan, TARGETS_UNKNOWN);
}

const TARGETS_UNKNOWN = {
  code: "targets-unknown",
  path: ["targets"],
  point: "owner",
  message: "A command lists the targets, and nothing is run to look at a plan.",
  hint: "Save what the command prints to a file, and name that under `from`.",
} as const;

function chooseShape(command: Explain): { columns: number; unicode: boolean } {
  const { unicode } = chooseSurface(process.stdout.isTTY === true, process.env, command);
  return { columns: process.stdout.columns ?? COLUMNS, unicode };
}
