import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { renderSummary } from "../report/summary.ts";
import type { Timeline } from "../report/timeline.ts";
import type { ChangeState } from "../rollout/state.ts";
import { setOutputs, writeSummary } from "./action-outputs.ts";
import { describeError } from "./exit.ts";
import type { Acting } from "./plan-inputs.ts";
import { findChangeId } from "./plan-inputs.ts";
import { readRecorded } from "./read-change.ts";
import { Reports } from "./reports.ts";
import { openRunner } from "./runner.ts";
import { runnerLog } from "./runner-log.ts";
import type { Shell } from "./shell.ts";

export type Telling = Readonly<{
  timeline: Timeline;
  journalRef: string;
  journalRemote: string | null;
  issueUrl: string | null;
  shell: Shell;
}>;

/** Brings summary, outputs, issue and deployment up to what the journal says, without acting on the change. */
export async function reportChange(inputs: Acting): Promise<boolean> {
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
      runnerLog.annotate("warning", describeError(error).message, {
        title: "The issue was not brought up to date",
      });
      return null;
    });
    await shell.deployments?.catchUp(state);
    const issueUrl = issue?.url ?? state.issueUrl;
    await tellChange(state, { timeline, journalRef, journalRemote, issueUrl, shell });
    return true;
  } finally {
    close();
  }
}

/** Summary, report file and outputs, all from the same state. */
export async function tellChange(state: ChangeState, telling: Telling): Promise<void> {
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
    runnerLog.annotate("warning", `The report could not be written: ${describeError(error).message}`);
    return null;
  }
}
