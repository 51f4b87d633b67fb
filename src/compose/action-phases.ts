import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import * as core from "../adapters/runner-commands.ts";
import { ChangeError } from "../errors.ts";
import type { ActionInputs } from "../inputs.ts";
import { code } from "../report/markdown.ts";
import { headline } from "../report/outcome-words.ts";
import { annotateIssues, renderIssuesMarkdown, renderIssuesText } from "../report/plan-report.ts";
import { renderSummary } from "../report/summary.ts";
import type { Timeline } from "../report/timeline.ts";
import type { ChangeState } from "../rollout/state.ts";
import { setOutput, setOutputs, writeSummary } from "./action-outputs.ts";
import { describeError, exitCodeOfEnd } from "./exit.ts";
import { describePreview } from "./explain.ts";
import { targetLister } from "./list-targets.ts";
import { type Loaded, loadChange } from "./load-change.ts";
import { type LoadRequest, loadPlan } from "./load-plan.ts";
import { hasErrors, previewChange } from "./preview-change.ts";
import { readRecorded } from "./read-change.ts";
import { Reports } from "./reports.ts";
import { runSession, type SessionEnd, type SessionRequest } from "./run-session.ts";
import { openRunner } from "./runner.ts";
import type { Shell } from "./shell.ts";

type Validating = Extract<ActionInputs, { phase: "validate" }>;
type Acting = Exclude<ActionInputs, { phase: "validate" }>;

/** Carries out the phase that was asked for. Resolves to whether the job is green. */
export async function runPhase(inputs: ActionInputs): Promise<boolean> {
  switch (inputs.phase) {
    case "validate":
      return validate(inputs);
    case "report":
      return report(inputs);
    default:
      return execute(inputs);
  }
}

/** Every plan, whatever is wrong with another; the outputs are those of a single one. */
async function validate(inputs: Validating): Promise<boolean> {
  const { plans, environment } = inputs;
  const nowMs = Date.now();
  let isValid = true;
  for (const plan of plans) {
    const preview = await previewChange(requestOf(inputs, plan), nowMs);
    tellIssues(preview, plan);
    isValid &&= !hasErrors(preview.issues);
    if (!preview.ok) continue;
    if (plans.length > 1) writeSummary(`${code(plan)}:\n`);
    writeSummary(describePreview(preview, nowMs));
    if (plans.length > 1) continue;
    setOutput("change-id", preview.plan.change.id);
    setOutput("digest", preview.change?.digest ?? null);
    setOutput("environment", environment);
  }
  return isValid;
}

async function load(inputs: Acting): Promise<Loaded | null> {
  if (inputs.plan === null) return null;
  const { workspace: cwd } = inputs.run;
  const listTargets = targetLister({ cwd, secrets: inputs.token === null ? [] : [inputs.token] });
  const loaded = await loadChange({ ...requestOf(inputs, inputs.plan), listTargets });
  tellIssues(loaded, inputs.plan);
  return loaded;
}

function requestOf({ run, environment, version }: ActionInputs, plan: string): LoadRequest {
  const planPath = path.resolve(run.workspace, plan);
  const { workspace: root, commit } = run;
  return { planPath, root, environment: environment ?? "", version, commit, listTargets: null };
}

/** A plan's problems go to the log, to the summary and to the lines that they are about. */
function tellIssues({ issues, planText }: Pick<Loaded, "issues" | "planText">, plan: string): void {
  core.info(renderIssuesText(issues, plan, planText));
  if (issues.length > 0) writeSummary(renderIssuesMarkdown(issues, plan));
  for (const { level, message, line, column, ...rest } of annotateIssues(issues, plan)) {
    const properties = { ...rest, startLine: line, startColumn: column };
    if (level === "error") core.error(message, properties);
    else core.warning(message, properties);
  }
}

async function execute(inputs: Acting): Promise<boolean> {
  const request = await makeRequest(inputs);
  if (request === null) return false;
  const runner = openRunner(inputs);
  let end: SessionEnd;
  try {
    end = await runSession(request, runner.shell);
  } finally {
    runner.close();
  }
  await tell(end.state, { ...end, shell: runner.shell });
  if (end.nothing !== null) core.notice(end.nothing, { title: "Nothing to do" });
  if (end.failure !== null) core.error(describeError(end.failure).message, { title: end.failure.code });
  const isGreen = exitCodeOfEnd(end) === 0 || (inputs.phase === "rollback" && isRolledBack(end.state));
  if (!isGreen) core.setFailed(headline(end.state));
  return isGreen;
}

/** Asked for by hand, a rollback is what should happen; otherwise it is a failed change. */
function isRolledBack(state: ChangeState): boolean {
  return state.outcome?.outcome === "rolled-back" && state.trigger?.trigger === "manual";
}

async function makeRequest(inputs: Acting): Promise<SessionRequest | null> {
  const environment = inputs.environment ?? "";
  if (inputs.phase === "rollback") {
    return { kind: "rollback", environment, changeId: await findChangeId(inputs) };
  }
  const loaded = await load(inputs);
  if (loaded === null || !loaded.ok) return null;
  return { kind: "run", environment, commit: inputs.run.commit, ...loaded };
}

/** The one named, else the plan's, else the newest. A plan that names none must not lead to some other change. */
async function findChangeId(inputs: Acting): Promise<string | null> {
  if (inputs.changeId !== null || inputs.plan === null) return inputs.changeId;
  const loaded = await loadPlan(requestOf(inputs, inputs.plan));
  tellIssues(loaded, inputs.plan);
  if (loaded.ok) return loaded.plan.change.id;
  throw new ChangeError("PLAN_INVALID", `The plan ${inputs.plan} does not say which change is meant.`, {
    hint: "Name the change by the input `change-id`, or mend the plan.",
  });
}

/** Brings summary, outputs and issue up to what the journal says, without acting on the change. */
async function report(inputs: Acting): Promise<boolean> {
  const changeId = await findChangeId(inputs);
  const { shell, close } = openRunner(inputs);
  try {
    const { cwd, journal, journalPrefix, gitEnv } = shell;
    const environment = inputs.environment ?? "";
    const reading = { cwd, journal, journalPrefix, gitEnv, environment, changeId };
    const recorded = await readRecorded(reading);
    const { state, timeline, journalRef, journalRemote } = recorded;
    const runUrl = shell.run?.url ?? null;
    const extras = { journalRef, journalRemote, runUrl, issueUrl: state.issueUrl, reportPath: null };
    const reports = new Reports({ timeline, issues: shell.issues, extras, next: shell.observer });
    // The journal's outcome is the report; an issue that GitHub refuses does not change it.
    const issue = await reports.conclude(state, { reopen: false }).catch((error) => {
      core.warning(describeError(error).message, { title: "The issue was not brought up to date" });
      return null;
    });
    await tell(state, { timeline, journalRef, journalRemote, issueUrl: issue?.url ?? state.issueUrl, shell });
    return true;
  } finally {
    close();
  }
}

type Telling = Readonly<{
  timeline: Timeline;
  journalRef: string;
  journalRemote: string | null;
  issueUrl: string | null;
  shell: Shell;
}>;

async function tell(state: ChangeState, telling: Telling): Promise<void> {
  const { timeline, journalRef, journalRemote, issueUrl, shell } = telling;
  const runUrl = shell.run?.url ?? null;
  const extras = { journalRef, journalRemote, runUrl, issueUrl, reportPath: null };
  const summary = renderSummary(state, timeline, extras);
  writeSummary(summary);
  setOutputs(state, { journalRef, issueUrl, reportPath: await writeReport(state, summary, shell) });
}

/** The summary as a file, for a later step to keep as an artifact. */
async function writeReport(state: ChangeState, summary: string, shell: Shell): Promise<string | null> {
  const folder = path.join(process.env.RUNNER_TEMP ?? shell.cwd, "change-deploy");
  const file = path.join(folder, `report-${state.attempt}.md`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(file, summary);
    return file;
  } catch (error) {
    core.warning(`The report could not be written: ${describeError(error).message}`);
    return null;
  }
}
