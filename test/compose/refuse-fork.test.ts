import { describe, expect, it } from "vitest";
import { isFromFork } from "../../src/compose/refuse-fork.ts";

const OWN = { full_name: "octo-org/shop" };
const FORK = { full_name: "stranger/shop" };
const pull = (repo: unknown) => ({ repository: OWN, pull_request: { head: { repo } } });
const run = (head_repository: unknown) => ({ repository: OWN, workflow_run: { head_repository } });

describe("an event is from a fork", () => {
  it.each<[string, unknown, boolean]>([
    ["not when it is a push", { repository: OWN, ref: "refs/heads/main" }, false],
    ["not when a pull request is of the repository itself", pull(OWN), false],
    ["not when only the case of its name differs", pull({ full_name: "Octo-Org/shop" }), false],
    ["when a pull request is of another repository", pull(FORK), true],
    ["when the repository of a pull request is gone", pull(null), true],
    ["when a workflow follows the run of one", run(FORK), true],
    ["when the repository of such a run is gone", run(null), true],
    ["not when a workflow follows a run of the repository itself", run(OWN), false],
    ["when it does not say whose repository it is in", { pull_request: { head: { repo: FORK } } }, true],
    ["not when there is none", null, false],
    ["not when a merged pull request's review is all there is", { repository: OWN, issue: {} }, false],
  ])("%s", (_, payload, expected) => {
    expect(isFromFork(payload)).toBe(expected);
  });
});
