import { ChangeError } from "../errors.ts";
import type { ActionInputs } from "../inputs.ts";
import { code } from "../report/markdown.ts";
import { headline } from "../report/outcome-words.ts";
import type { ChangeState } from "../rollout/state.ts";
import { setPlaceOutputs, writeSummary } from "./action-outputs.ts";
import { tellDue } from "./due-plans.ts";
import { describeError, exitCodeOfEnd } from "./exit.ts";
import { findNoRescue } from "./needs-rescue.ts";
import { type Acting, findChangeId, loadGiven } from "./plan-inputs.ts";
import { noteChange } from "./progress-notes.ts";
import { type GateInputs, passGate, runGate } from "./run-gate.ts";
import { runSession } from "./run-session.ts";
import { openRunner, type Runner } from "./runner.ts";
import { fail, runnerLog } from "./runner-log.ts";
import type { SessionEnd, SessionRequest } from "./session.ts";
import { reportChange, tellChange } from "./tell-change.ts";

type Executing = Extract<Acting, { phase: "rollback" }> | GateInputs;

/** Carries out the phase that was asked for. Resolves to whether the job is green. */
export async function runPhase(inputs: Exclude<ActionInputs, { phase: "validate" }>): Promise<boolean> {
  switch (inputs.phase) {
    case "due":
      return tellDue(inputs);
    case "gate":
      return runGate(inputs);
    case "report":
      return reportChange(inputs);
    default:
      return execute(inputs as Executing);
  }
}

async function execute(inputs: Executing): Promise<boolean> {
  const request = await makeRequest(inputs);
  if (request === null) return false;
  noteChange(request.kind === "run" ? request.change.id : request.changeId);
  const runner = openRunner(inputs);
  let end: SessionEnd;
  try {
    const nothing = await findNothing(inputs, request, runner);
    if (nothing !== null) return sayNothing(nothing);
    end = await runSession(request, runner.shell);
  } finally {
    runner.close();
  }
  if (end.reached) return tellStage(inputs, end);
  await tellChange(end.state, { ...end, shell: runner.shell });
  if (end.nothing !== null) sayNothing(end.nothing);
  if (end.failure !== null)
    runnerLog.annotate("error", describeError(end.failure).message, { title: end.failure.code });
  const isGreen = exitCodeOfEnd(end) === 0 || (inputs.phase === "rollback" && isRolledBack(end.state));
  if (!isGreen) fail(headline(end.state));
  return isGreen;
}

async function makeRequest(inputs: Executing): Promise<SessionRequest | null> {
  const { environment } = inputs;
  if ("repaired" in inputs) {
    const { repaired, restore } = inputs;
    return { kind: "rollback", environment, changeId: await findChangeId(inputs), repaired, restore };
  }
  return makeRun(inputs);
}

async function makeRun(inputs: GateInputs): Promise<SessionRequest | null> {
  const { environment, phase, run } = inputs;
  const loaded = await loadGiven(inputs);
  if (loaded === null || !loaded.ok) return null;
  // One job that does it all is its own gate.
  if (phase === "run" && !(await passGate(inputs, loaded))) return null;
  const { change, planText, inputsText } = loaded;
  const request = { kind: "run", environment, commit: run.commit, change, planText, inputsText } as const;
  // The last stage gives the service back, and ends the change.
  return phase === "prepare" || phase === "deploy" ? { ...request, until: phase } : request;
}

/** Only a rescue looks first: somebody who asks for a rollback by hand means it. */
async function findNothing(
  inputs: Executing,
  request: SessionRequest,
  { shell }: Runner,
): Promise<string | null> {
  if (inputs.phase !== "rollback" || !inputs.rescue || request.kind === "run") return null;
  const { environment, changeId } = request;
  if (changeId !== null) return findNoRescue(shell, { environment, changeId });
  throw new ChangeError("INPUT_INVALID", "`rescue` does not guess which change is meant.", {
    hint: "Name it by `change-id`, or by the `plan`.",
  });
}

function sayNothing(why: string): true {
  runnerLog.annotate("notice", why, { title: "Nothing to do" });
  return true;
}

/** Between two stages there is no outcome yet, and none of the outputs that tell one. */
function tellStage({ phase }: Executing, { state, journalRef, issueUrl }: SessionEnd): true {
  writeSummary(`Change ${code(state.change.id)}: the stage ${code(phase)} is done.`);
  setPlaceOutputs(state, { journalRef, issueUrl, reportPath: null });
  return true;
}

/** Asked for by hand, a rollback is what should happen; otherwise it is a failed change. */
function isRolledBack(state: ChangeState): boolean {
  return state.outcome?.outcome === "rolled-back" && state.trigger?.trigger === "manual";
}
