import { claimStart } from "../adapters/git/claim-start.ts";
import { openRepository } from "../adapters/git/open-repository.ts";
import type { Repository } from "../adapters/git/repository.ts";
import { ChangeError } from "../errors.ts";
import { isOpen, nextOpening } from "../gate/windows.ts";
import { DAY_MS } from "../gate/zone.ts";
import type { ActionInputs, PlanPhase } from "../inputs.ts";
import { resolveSchedule } from "../plan/resolve-schedule.ts";
import type { PlanDocument } from "../plan/schema/plan.ts";
import { renderJson } from "../report/json.ts";
import { cell, tableHead, tableRow } from "../report/markdown.ts";
import { setOutput, writeSummary } from "./action-outputs.ts";
import { findPlans } from "./find-plans.ts";
import type { LoadRequest } from "./load-plan.ts";
import { requestOf, tellIssues } from "./plan-inputs.ts";
import { hasErrors, type Preview, previewChange } from "./preview-change.ts";
import { openRunner } from "./runner.ts";
import { runnerLog } from "./runner-log.ts";
import type { Shell } from "./shell.ts";

type Looking = Extract<ActionInputs, { phase: PlanPhase }>;
/** The names are those that the matrix of the workflow has. */
type Due = Readonly<{ plan: string; "change-id": string }>;
type Verdict = Readonly<{ plan: string; changeId: string; why: string; isDue: boolean }>;

/** A matrix holds 256 jobs, and each of these is a change; the rest comes with the next look. */
const DUE_MAX = 20;
const AHEAD_MS = 366 * DAY_MS;

/**
 * Tells which plans below a folder are to start now: their window is open, and nobody has started them.
 * Each is claimed in the journal's repository first, so that of two looks at the same time one has it.
 * Red for a plan that is wrong, but the right ones are due all the same.
 */
export async function tellDue(inputs: Looking): Promise<boolean> {
  const { shell, close } = openRunner(inputs);
  try {
    const nowMs = shell.clock.now();
    const { candidates, verdicts, isValid } = await look(inputs, nowMs);
    const { cwd, journal, gitEnv: env } = shell;
    const repository = await openRepository({ cwd, journal, env });
    const due: Due[] = [];
    for (const { plan, changeId } of candidates) {
      const room = due.length < DUE_MAX;
      const why = room
        ? await claim(repository, shell, { ...inputs, changeId, nowMs })
        : "comes with the next look";
      if (why === null) due.push({ plan, "change-id": changeId });
      verdicts.push({ plan, changeId, isDue: why === null, why: why ?? "starts now" });
    }
    show(verdicts);
    setOutput("environment", inputs.environment);
    setOutput("plans", renderJson(due));
    return isValid;
  } finally {
    close();
  }
}

type Candidate = Readonly<{ plan: string; changeId: string }>;

async function look(inputs: Looking, nowMs: number) {
  const candidates: Candidate[] = [];
  const verdicts: Verdict[] = [];
  let isValid = true;
  for (const plan of await findPlans(inputs.run.workspace, inputs.plan)) {
    const preview = await previewReadable(requestOf(inputs, plan), nowMs);
    if (!preview?.ok) {
      if (preview !== null) tellIssues(preview, plan);
      isValid = false;
      verdicts.push({ plan, changeId: "", isDue: false, why: "is not valid" });
      continue;
    }
    const changeId = preview.plan.change.id;
    const why =
      findReasonToWait(preview.plan, nowMs) ?? (hasErrors(preview.issues) ? "its time is over" : null);
    if (why === null) candidates.push({ plan, changeId });
    else verdicts.push({ plan, changeId, isDue: false, why });
  }
  const isAlone = ({ changeId }: Candidate) =>
    candidates.filter((other) => other.changeId === changeId).length === 1;
  for (const { plan, changeId } of candidates.filter((one) => !isAlone(one))) {
    runnerLog.annotate("error", `Another plan has the change id ${changeId} too: neither is started.`, {
      file: plan,
    });
    verdicts.push({ plan, changeId, isDue: false, why: "shares its id with another plan" });
    isValid = false;
  }
  return { candidates: candidates.filter(isAlone), verdicts, isValid };
}

/** One plan that cannot be read must not keep the others from their start. */
async function previewReadable(request: LoadRequest, nowMs: number): Promise<Preview | null> {
  try {
    return await previewChange(request, nowMs);
  } catch (error) {
    if (!(error instanceof ChangeError)) throw error;
    runnerLog.annotate("error", error.message, { title: error.code });
    return null;
  }
}

/** Only a plan that says when it may run is started without a person; null: its time has come. */
function findReasonToWait(plan: PlanDocument, nowMs: number): string | null {
  const schedule = resolveSchedule(plan);
  if (schedule === null || schedule.windows.length === 0) return "has no window: a person starts it";
  if (isOpen(schedule, nowMs)) return null;
  const opensMs = nextOpening(schedule, nowMs, AHEAD_MS);
  return opensMs === null ? "its windows are over" : `opens at ${new Date(opensMs).toISOString()}`;
}

type Claiming = Readonly<{ environment: string; changeId: string; nowMs: number }>;

async function claim(repository: Repository, shell: Shell, claiming: Claiming): Promise<string | null> {
  const { environment, changeId, nowMs: atMs } = claiming;
  const by = shell.run?.url ?? shell.holder.where;
  const prefix = shell.journalPrefix;
  switch (await claimStart(repository, { prefix, environment, changeId, by, atMs })) {
    case "ours":
      return null;
    case "other":
      return "was started by another run";
    case "has-journal":
      return "was started by a person";
  }
}

function show(verdicts: readonly Verdict[]): void {
  for (const { plan, changeId, why } of verdicts) runnerLog.info(`${plan} (${changeId || "no id"}): ${why}`);
  if (verdicts.length === 0) return writeSummary("There is no change plan.");
  const rows = verdicts.map(({ plan, changeId, why, isDue }) =>
    tableRow([cell(plan), cell(changeId), isDue ? "**yes**" : "no", cell(why)]),
  );
  writeSummary([tableHead(["Plan", "Change", "Starts", "Why"]), ...rows].join("\n"));
}
