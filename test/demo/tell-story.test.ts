import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Client } from "../../src/demo/client.ts";
import { Fleet } from "../../src/demo/fleet.ts";
import { createNarrator } from "../../src/demo/narrator.ts";
import { Props } from "../../src/demo/prop.ts";
import type { RunChange } from "../../src/demo/spawn-change.ts";
import { type Stage, tellStory } from "../../src/demo/tell-story.ts";
import { Workspace } from "../../src/demo/workspace.ts";
import { EXAMPLES, leaveRecords, rollOut, runStep } from "./stage.ts";

const NAMES = ["web-01", "web-02", "web-03"];

let props: Props;
let stage: Omit<Stage, "change">;
let lines: string[];

beforeEach(async () => {
  props = new Props();
  lines = [];
  const workspace = await props.keep(Workspace.create(EXAMPLES));
  const plan = {
    examples: EXAMPLES,
    repository: workspace.folder,
    names: NAMES,
    release: "1.0",
    legacy: "web-03",
  };
  const fleet = await props.keep(Fleet.start(plan));
  await workspace.commit(fleet.services);
  const client = await props.keep(Client.start(EXAMPLES, workspace.folder));
  const narrator = createNarrator((line) => lines.push(line), false);
  stage = { narrator, workspace, fleet, client, signal: new AbortController().signal };
});
afterEach(async () => {
  await props.stop();
});

const tell = (change: RunChange) => tellStory({ ...stage, change });
const releaseOf = (args: readonly string[]) => args.at(-1) ?? "";
const listed = (differences: readonly string[]) => differences.map((text) => text.split(/[;:]/)[0]);

/** Out with 2.0 as it should be; what 3.0 does is the test's. */
function afterGoodChange(bad: RunChange): RunChange {
  return async (args, place) => {
    if (releaseOf(args) === "3.0") return bad(args, place);
    await rollOut(place.cwd, NAMES, "2.0");
    return 0;
  };
}

describe("the demo's story", () => {
  it("is told in a repository that holds the plans, the hosts and what the steps call", async () => {
    const { workspace } = stage;
    const files = (await workspace.git(["ls-files"])).split("\n");
    expect(files).toEqual(
      expect.arrayContaining(["to-2.0.yml", "to-3.0.yml", "hosts.yml", "ops/pool", "ops/install"]),
    );
    expect(await workspace.git(["status", "--porcelain"])).toBe("");
  });

  it("stops after a first change that went wrong", async () => {
    const tried: string[] = [];
    const differences = await tell(async (args) => {
      tried.push(releaseOf(args));
      return 4;
    });
    expect(tried).toEqual(["2.0"]);
    expect(listed(differences)).toEqual([
      "exit code 4, not 0",
      "0 of 3 serve 2.0",
      "the client got 0 answers from 2.0",
    ]);
    expect(lines).toContain("Not everything went as it should:");
  });

  it("does not take a first change for good that lost requests", async () => {
    const differences = await tell(async (_, { cwd }) => {
      await runStep(cwd, "sh ops/pool drain web-01; sh ops/pool drain web-02; sh ops/pool drain web-03");
      await new Promise((resolve) => setTimeout(resolve, 200));
      await rollOut(cwd, NAMES, "2.0");
      return 0;
    });
    expect(differences).toHaveLength(1);
    expect(differences[0]).toMatch(/^the client: \d+ requests, [1-9]\d* failed: no target in the pool/);
  });

  it("notices a bad release that was left in place, and records that are missing", async () => {
    const differences = await tell(
      afterGoodChange(async (_, { cwd }) => {
        await rollOut(cwd, NAMES, "3.0");
        return 3;
      }),
    );
    expect(listed(differences)).toEqual([
      "0 of 3 serve 2.0",
      "0 issue written, for the change that was rolled back",
      "the journal tells how it went",
    ]);
  });

  it("notices a second change that claims to have succeeded, or that never went out", async () => {
    const differences = await tell(
      afterGoodChange(async (_, { cwd }) => {
        await leaveRecords(cwd);
        return 0;
      }),
    );
    expect(listed(differences)).toEqual(["exit code 0, not 3", "the client got 0 answers from 3.0"]);
  });
});
