import { readdirSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Client, subtractTally, type Tally } from "../../src/demo/client.ts";
import { Fleet } from "../../src/demo/fleet.ts";
import { EXAMPLES, makeFolder, removeFolder, runStep, until } from "./stage.ts";

let folder: string;
let fleet: Fleet;
let client: Client;

beforeEach(async () => {
  folder = await makeFolder();
  const names = ["web-01", "web-02"];
  fleet = await Fleet.start({
    examples: EXAMPLES,
    repository: folder,
    names,
    release: "1.0",
    legacy: "web-02",
  });
  client = await Client.start(EXAMPLES, folder);
});
afterEach(async () => {
  await client.stop();
  await fleet.stop();
  await removeFolder(folder);
});

const inPool = () => readdirSync(path.join(folder, "pool/in")).sort();

/** What comes in while `count` more requests are made. */
async function watch(count: number): Promise<Tally> {
  const before = await client.report();
  await until(async () => (await client.report()).requests >= before.requests + count);
  return subtractTally(await client.report(), before);
}

describe("the client", () => {
  it("keeps requesting, and fails nowhere while the fleet is well", async () => {
    const seen = await watch(20);
    expect(seen.failures).toBe(0);
    expect(Object.keys(seen.byRelease)).toEqual(["release 1.0"]);
  });

  it("sends nothing to a target that is drained, and something again once it is enabled", async () => {
    await runStep(folder, "sh ops/pool drain web-02");
    await runStep(folder, "sh ops/install web-02 3.0"); // now every request to web-02 would fail
    expect(inPool()).toEqual(["web-01"]);
    expect((await watch(20)).failures).toBe(0);

    await runStep(folder, "sh ops/pool enable web-02");
    expect(inPool()).toEqual(["web-01", "web-02"]);
    const seen = await watch(20);
    expect(seen.failures).toBeGreaterThan(0);
    expect(seen.firstFailures[0]).toContain("web-02: HTTP 503");
  });

  it("loses no request to restarts, as long as they come between drain and enable", async () => {
    const before = await client.report();
    for (const release of ["2.0", "2.1", "2.2"]) {
      for (const name of ["web-01", "web-02"]) {
        await runStep(
          folder,
          `sh ops/pool drain ${name}; sh ops/install ${name} ${release}; sh ops/pool enable ${name}`,
        );
      }
    }
    const seen = subtractTally(await client.report(), before);
    expect(seen).toMatchObject({ failures: 0, firstFailures: [] });
    expect(seen.requests).toBeGreaterThan(0);
  });

  it("takes a drain and an enable twice", async () => {
    await runStep(folder, "sh ops/pool drain web-01; sh ops/pool drain web-01");
    expect(inPool()).toEqual(["web-02"]);
    await runStep(folder, "sh ops/pool enable web-01; sh ops/pool enable web-01");
    expect(inPool()).toEqual(["web-01", "web-02"]);
  });

  it("counts an empty pool and a target that is gone as failures", async () => {
    await runStep(folder, "sh ops/pool drain web-01; sh ops/pool drain web-02");
    expect((await watch(5)).firstFailures).toContain("no target in the pool");
    await fleet.stop();
    await runStep(folder, "sh ops/pool enable web-01");
    const seen = await watch(5);
    expect(seen.failures).toBeGreaterThan(0);
    expect(seen.byRelease).toEqual({});
  });
});

describe("subtractTally", () => {
  it("gives what came between two reports", () => {
    const earlier = { requests: 10, failures: 1, byRelease: { "release 1.0": 9 }, firstFailures: ["a"] };
    const later = {
      requests: 16,
      failures: 2,
      byRelease: { "release 1.0": 9, "release 2.0": 5 },
      firstFailures: ["a", "b"],
    };
    expect(subtractTally(later, earlier)).toEqual({
      requests: 6,
      failures: 1,
      byRelease: { "release 2.0": 5 },
      firstFailures: ["b"],
    });
  });
});
