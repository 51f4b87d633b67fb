import * as core from "@actions/core";
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
import { runGate } from "./run-gate.ts";
import { runSession, type SessionEnd, type SessionRequest } from "./run-session.ts";
import { openRunner, type Runner } from "./runner.ts";
import { reportChange, tellChange } from "./tell-change.ts";
import { validatePlans } from "./validate-plans.ts";

type Executing = Extract<Acting, { phase: "prepare" | "deploy" | "verify" | "run" | "rollback" }>;

/** Carries out the phase that was asked for. Resolves to whether the job is green. */
export async function runPhase(inputs: ActionInputs): Promise<boolean> {
  switch (inputs.phase) {
    case "validate":
      return validatePlans(inputs);
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
  if (end.failure !== null) core.error(describeError(end.failure).message, { title: end.failure.code });
  const isGreen = exitCodeOfEnd(end) === 0 || (inputs.phase === "rollback" && isRolledBack(end.state));
  if (!isGreen) core.setFailed(headline(end.state));
  return isGreen;
}

async function makeRequest(inputs: Executing): Promise<SessionRequest | null> {
  const { environment } = inputs;
  if (inputs.phase === "rollback") {
    const { repaired, restore } = inputs;
    if (restore.length > 0) throw noRestore(restore);
    return { kind: "rollback", environment, changeId: await findChangeId(inputs), repaired };
  }
  const loaded = await loadGiven(inputs);
  if (loaded === null || !loaded.ok) return null;
  const request = { kind: "run", environment, commit: inputs.run.commit, ...loaded } as const;
  return inputs.phase === "run" ? request : { ...request, until: inputs.phase };
}

/** Refused, never ignored: whoever asks for a restore has lost data. */
function noRestore(names: readonly string[]): ChangeError {
  const message = `This version restores no backup by itself, and was asked for ${names.join(", ")}.`;
  return new ChangeError("PLAN_UNSUPPORTED", message, {
    hint: "Leave `restore` out to roll back without it; the plan's own commands restore a backup by hand.",
  });
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
  core.notice(why, { title: "Nothing to do" });
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
