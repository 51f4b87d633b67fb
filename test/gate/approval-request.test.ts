import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { requestApproval } from "../../src/gate/approval-request.ts";
import { proveApproval } from "../../src/gate/prove-approval.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import { listFiles } from "../contract/tree.ts";
import { approved, COMMIT, facts, people } from "./approval-setup.ts";

const PLACE = { commit: COMMIT, ref: "refs/heads/main" };
const NOBODY = facts({ environments: [], decisions: [] });

function requestOf(file: string) {
  const result = parsePlan(readFileSync(file, "utf8"));
  if (!result.ok) throw new Error(`${file} is not valid`);
  return requestApproval(result.plan, PLACE);
}

describe("what a plan asks of the gate", () => {
  const plans = listFiles("examples/*/plan.yml").map((file) => [file, requestOf(file)] as const);

  it.each(plans)("keeps the gate of %s closed while nobody has approved", (_, request) => {
    const asks = request.approvals.length + request.attestations.length > 0 || request.type === "emergency";
    expect(proveApproval(request, NOBODY).ok).toBe(!asks);
  });

  it("is the approvals, what people confirm, and the team without its contacts", () => {
    expect(requestOf("examples/emergency-patch/plan.yml")).toMatchObject({
      type: "emergency",
      attestations: [{ name: "The hole is the one that this update closes", role: "security" }],
      commit: COMMIT,
      ref: "refs/heads/main",
    });
    expect(Object.keys(requestOf("examples/emergency-patch/plan.yml").team ?? {}).sort()).toEqual([
      "engineers",
      "manager",
      "quality",
      "security",
    ]);
  });

  it("opens for an emergency that security has approved, and owes the review", () => {
    const request = requestOf("examples/emergency-patch/plan.yml");
    const names = request.team?.security ?? [];
    const members = names.map((team) => [`${team} rita`, "yes"] as const);
    const known = facts({ decisions: [approved("rita")], people: people(Object.fromEntries(members)) });
    expect(proveApproval(request, known)).toMatchObject({
      ok: true,
      attestations: [{ by: "rita" }],
      owed: [{ within: "review" }],
    });
  });
});
