import { appendFileSync } from "node:fs";
import * as runner from "../adapters/runner-files.ts";
import type { OutputName } from "../inputs.ts";
import { renderJson } from "../report/json.ts";
import { buildResult } from "../report/result.ts";
import type { ChangeState } from "../rollout/state.ts";
import { maskValues } from "./mask-values.ts";
import { runnerLog } from "./runner-log.ts";
import { redact } from "./secrets.ts";

/** Outputs of a job hold 1 MB in all: this many rows a list stay well below. */
const RESULT_ROWS_MAX = 1_000;

/** `value` is written as it is; null and empty values are not written at all. */
export function setOutput(name: OutputName, value: string | null): void {
  if (value === null || value === "") return;
  // Where the runner gives no file for outputs, they are commands too.
  runnerLog.resume();
  runner.setOutput(name, value);
}

export type Places = Readonly<{ journalRef: string; issueUrl: string | null; reportPath: string | null }>;

/** All outputs from one fold, so that none can contradict another. */
export function setOutputs(state: ChangeState, places: Places): void {
  const result = maskValues(buildResult(state, { ...places, rowsMax: RESULT_ROWS_MAX }), redact);
  setOutput("outcome", result.outcome);
  setOutput("reason-code", result.reasonCode);
  setPlaceOutputs(state, places);
  setOutput("result", renderJson(result));
}

/** Which change it is and where it is kept, without a word on how it goes. */
export function setPlaceOutputs({ change }: ChangeState, places: Places): void {
  setOutput("change-id", change.id);
  setOutput("digest", change.digest);
  setOutput("environment", change.environment);
  setOutput("issue-url", places.issueUrl);
  setOutput("report-path", places.reportPath);
  setOutput("journal-ref", places.journalRef);
}

/** The job summary. Where the runner gives no file for it, the log has everything too. */
export function writeSummary(markdown: string): void {
  const file = process.env.GITHUB_STEP_SUMMARY;
  if (file !== undefined && file !== "") appendFileSync(file, `${redact(markdown)}\n`);
}
