import { setFlagsFromString } from "node:v8";
import type { Command } from "../cli/arguments.ts";
import { chooseSurface } from "../cli/choose-surface.ts";
import { readMoment } from "../cli/read-moment.ts";
import { openRehearsalLog } from "../cli/rehearsal-log.ts";
import { readScript } from "../cli/rehearsal-script.ts";
import type { Change } from "../plan/change.ts";
import { explainChange } from "../plan/explain/explain-change.ts";
import type { PlanDocument } from "../plan/schema/plan.ts";
import { rehearse } from "../rehearsal/rehearse.ts";
import { exitCode } from "../report/exit-code.ts";
import { renderJson } from "../report/json.ts";
import { renderIssuesText } from "../report/plan-report.ts";
import { openRehearsalRecord } from "../report/rehearsal-record.ts";
import { targetsUnknown } from "./explain.ts";
import { previewChange } from "./preview-change.ts";
import type { Io } from "./print-error.ts";
import { requestPlan } from "./request-plan.ts";

type Rehearse = Extract<Command, { kind: "rehearse" }>;
const INTERRUPTED = 5;
/** V8 would let the heap grow to four times what is alive; to twice takes a third less memory, and no more time. */
const FRUGAL = "--heap-growing-percent=100";

/** Resolves to the exit code that `run` would have had. */
export async function rehearsePlan(command: Rehearse, io: Io): Promise<number> {
  setFlagsFromString(FRUGAL);
  const request = await requestPlan(command.plan, command);
  const preview = await previewChange(request, Date.now());
  if (!preview.ok || preview.change === null) {
    const issues = preview.ok ? [targetsUnknown(preview.plan)] : preview.issues;
    if (command.json) io.answer(renderJson({ ok: false, issues }, 2));
    else io.print(renderIssuesText(issues, command.plan, preview.planText));
    return 1;
  }
  const { plan, change } = preview;
  const nowMs = Date.now();
  const { at } = command;
  const startMs =
    at === null ? findStart(plan, change, nowMs) : readMoment(at, plan.schedule?.timezone ?? "UTC");
  return play(change, { command, io, startMs, isOpening: at === null && startMs !== nowMs });
}

/** Now, or with windows the first moment from which the change fits into one: nobody rehearses a closed door. */
function findStart(plan: PlanDocument, change: Change, nowMs: number): number {
  if (plan.change.type === "emergency") return nowMs;
  const { window } = explainChange(plan, change, nowMs);
  return window === null ? nowMs : Date.parse(window.opens);
}

type Stage = Readonly<{ command: Rehearse; io: Io; startMs: number; isOpening: boolean }>;

async function play(change: Change, { command, io, startMs, isOpening }: Stage): Promise<number> {
  const { color } = chooseSurface(process.stdout.isTTY === true, process.env, command);
  const record = openRehearsalRecord({ keepsTimeline: command.json });
  const log = openRehearsalLog({ print: io.print, color });
  const script = readScript(command, change);
  if (!command.json) log.begin(change, { startMs, isOpening });
  const { state, ...figures } = await rehearse(change, {
    script,
    startMs,
    onEvent(event, state, elapsedMs) {
      record.add(event, state, elapsedMs);
      if (!command.json) log.tell(event, state, elapsedMs);
    },
  });
  const code = state.outcome === null ? INTERRUPTED : exitCode(state.outcome.outcome);
  if (command.json) io.answer(renderJson(record.toDocument(state, { ...figures, startMs, exitCode: code })));
  else log.end(state, { ...figures, undone: record.undone });
  return code;
}
