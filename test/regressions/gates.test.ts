import { describe, expect, it } from "vitest";
import { proveApproval } from "../../src/gate/prove-approval.ts";
import { warnOfTokenAfterMs } from "../../src/gate/token-expiry.ts";
import { type Reading, Theatre } from "../fakes/theatre.ts";
import {
  approval,
  approved,
  byReview,
  environment,
  facts,
  people,
  pullRequest,
  request,
  review,
  reviewFacts,
  run,
} from "../gate/approval-setup.ts";
import { loadScenario } from "../scenarios/load.ts";

const HOUR = 3_600_000;
const prove = (changes: Parameters<typeof facts>[0], asked = request()) =>
  proveApproval(asked, facts(changes));

describe("a gate whose configuration is missing", () => {
  it("github-docs#34005: an environment that does not exist stays shut", () => {
    const environments = [{ asked: "production", exists: false, others: [] }] as const;
    expect(prove({ environments })).toMatchObject({ ok: false, code: "environment-missing" });
  });

  it("al-go#2050: an environment that a misspelling has created is unprotected, and stays shut", () => {
    const asked = request({ approvals: [approval({ environment: "prodution" })] });
    const environments = [environment({ asked: "prodution", reviewers: [], others: ["production"] })];
    expect(prove({ environments }, asked)).toMatchObject({ ok: false, code: "environment-unprotected" });
  });

  it("cudly#1660: an environment without required reviewers approves nothing, whoever clicked", () => {
    const environments = [environment({ reviewers: [] })];
    expect(prove({ environments, decisions: [approved("rita")] })).toMatchObject({ ok: false });
  });
});

it("community#145791: two approvers are two different people, neither the starter nor the author", () => {
  const asked = request({ approvals: [byReview({ count: 2 })] });
  const by = (...logins: string[]) =>
    reviewFacts({
      run: run(),
      pullRequests: [pullRequest({ reviews: logins.map((login) => review(login)) })],
      people: people({}, { rita: "yes", sam: "yes", iris: "yes", anna: "yes" }),
    });
  expect(proveApproval(asked, by("rita", "sam")).ok).toBe(true);
  for (const second of ["rita", "iris", "anna"])
    expect(proveApproval(asked, by("rita", second)).ok).toBe(false);
});

it("create-github-app-token#128: the end of a token's life is foreseen while there is time to stop", () => {
  expect(warnOfTokenAfterMs("github-hosted")).toBe(5 * HOUR);
  expect(warnOfTokenAfterMs("self-hosted")).toBe(23 * HOUR);
  expect(warnOfTokenAfterMs(undefined)).toBeNull();
});

it("kargo#1328: in an incident nothing new starts, and what is begun can be taken back", async () => {
  const theatre = new Theatre(loadScenario("shop"), { startAt: "2026-11-27T09:00:00Z" });
  theatre.watch = (event) => {
    if (event.kind === "batch-opened" && event.batch === 1) theatre.say("hold", 1_000);
  };
  expect(await theatre.run()).toBe("held");
  expect(theatre.all("batch-opened")).toHaveLength(2);
  expect(await theatre.run({ wish: "rollback" })).toBe("rolled-back");
});

it("activepieces#11583: an emergency gets past a freeze, and owes its review", async () => {
  const freeze = [
    "  budgets:",
    "  freezes:\n    - { from: 2026-11-27T00:00, to: 2026-11-27T20:00, reason: Sale }\n  budgets:",
  ] as const;
  const at = { startAt: "2026-11-27T09:00:00Z", read: (): Reading | undefined => undefined };
  const normal = new Theatre(loadScenario("shop", { replace: [freeze] }), at);
  expect(await normal.run()).toBe("rejected");
  const emergency = ["type: normal", "type: emergency"] as const;
  const security = ['from: ["@org/cab"]', 'from: ["@org/security"]'] as const;
  const urgent = new Theatre(loadScenario("shop", { replace: [freeze, emergency, security] }), at);
  expect(await urgent.run()).toBe("succeeded");
});
