import path from "node:path";
import { gatherApprovals } from "../adapters/github/approvals.ts";
import { blobName } from "../adapters/github/blob-name.ts";
import { githubClient } from "../adapters/github/client.ts";
import { requestApproval } from "../gate/approval-request.ts";
import { type ApprovalProof, proveApproval } from "../gate/prove-approval.ts";
import type { ActionInputs, PlanPhase } from "../inputs.ts";
import type { Change } from "../plan/change.ts";
import { renderApproval, renderRefusal } from "../report/approval.ts";
import type { Fact } from "../rollout/decide.ts";
import { setOutput, writeSummary } from "./action-outputs.ts";
import { type Loaded, loadApprovable } from "./load-change.ts";
import { loadGiven } from "./plan-inputs.ts";
import { readFileBytes } from "./read-file.ts";
import { recordApproval } from "./record-approval.ts";
import { openRunner } from "./runner.ts";
import { fail, runnerLog } from "./runner-log.ts";

export type GateInputs = Extract<ActionInputs, { phase: PlanPhase }>;
type Valid = Extract<Loaded, { ok: true }>;

const FILE_BYTES_MAX = 64 * 1024 * 1024;

/** Proves the approval and records it for the deploying job. Resolves to whether the job is green. */
export async function runGate(inputs: GateInputs): Promise<boolean> {
  // Its job holds none of the secrets that the plan names: they are asked for where it is carried out.
  const loaded = await loadGiven(inputs, loadApprovable);
  return loaded?.ok === true && (await passGate(inputs, loaded));
}

/** The same for a plan that has been loaded: what one job does that is gate and deployment at once. */
export async function passGate(inputs: GateInputs, loaded: Valid): Promise<boolean> {
  const { change } = loaded;
  setOutput("change-id", change.id);
  setOutput("digest", change.digest);
  setOutput("environment", change.environment);
  if (!change.needsApproval) {
    runnerLog.annotate("notice", "The plan asks for no approval.", { title: "Gate" });
    return true;
  }
  const proof = await prove(inputs, loaded);
  if (!proof.ok) {
    writeSummary(renderRefusal(change, proof));
    setOutput("outcome", "rejected");
    setOutput("reason-code", proof.code);
    fail(`${proof.message} ${proof.hint}`);
    return false;
  }
  writeSummary(renderApproval(change, proof));
  await record(inputs, approvedFact(change, proof), change);
  return true;
}

async function prove(
  { run, token }: GateInputs,
  { plan, files }: Valid,
): Promise<ReturnType<typeof proveApproval>> {
  const request = requestApproval(plan, run);
  const { owner, repo, apiUrl, runId, workspace } = run;
  const source = {
    client: githubClient({ token: token ?? "", apiUrl }),
    repository: { owner, repo },
    apiUrl,
    runId,
    files: await Promise.all(files.map((file) => blobOf(workspace, file))),
  };
  return proveApproval(request, await gatherApprovals(source, request));
}

async function blobOf(root: string, file: string): Promise<Readonly<{ path: string; blob: string }>> {
  const bytes = await readFileBytes(file, { what: "plan's file", bytesMax: FILE_BYTES_MAX });
  return { path: path.relative(root, file).replaceAll(path.sep, "/"), blob: blobName(bytes) };
}

function approvedFact({ digest }: Change, { approvers, attestations, owed }: ApprovalProof): Fact {
  const places = [...new Set(approvers.map(({ where }) => where))];
  return {
    kind: "approved",
    digest,
    proof: "github",
    approvals: places.map((of) => ({
      of,
      by: approvers.filter(({ where }) => where === of).map(({ login }) => login),
    })),
    attestations: attestations.map((attestation) => ({ ...attestation })),
    owed: owed.map(({ task }) => task),
  };
}

async function record(inputs: GateInputs, fact: Fact, change: Change): Promise<void> {
  const runner = openRunner(inputs);
  try {
    await recordApproval(fact, change, runner.shell);
  } finally {
    runner.close();
  }
}
