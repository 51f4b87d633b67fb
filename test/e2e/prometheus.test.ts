import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isHere } from "./needs.ts";
import { type Exporter, missingForPrometheus, Prometheus, startExporter } from "./prometheus.ts";
import { Site } from "./site.ts";

const isComplete = isHere("Prometheus", missingForPrometheus());
const ID = "CHG-MEASURED";
const names = ["t1", "t2", "t3", "t4"];

let measure: (name: string) => number | null;
let exporter: Exporter;
let prometheus: Prometheus;
let site: Site;

const versionOf = (name: string) => site.read(`state/${name}`).trim();
const versions = () => names.map(versionOf);
const reasons = async () =>
  (await site.events(ID)).flatMap((event) => (event.kind === "target-failed" ? [event.reason] : []));

describe.skipIf(!isComplete)("health by Prometheus", { timeout: 180_000 }, () => {
  beforeEach(async () => {
    measure = () => 10;
    exporter = await startExporter(() => Object.fromEntries(names.map((name) => [name, measure(name)])));
    prometheus = await Prometheus.open(exporter);
    site = new Site({ PROMETHEUS_URL: prometheus.url });
    for (const name of names) site.write(`state/${name}`, "1.0\n");
    site.copy("test/e2e/props/burn", "ops/install");
    site.adopt("test/e2e/plans/measured.yml", {});
    site.commit();
  });
  afterEach(async () => {
    await prometheus?.close();
    exporter?.close();
    site?.remove();
  });

  it("lets a change pass that is measured well", async () => {
    const { code, log } = await site.run("2.0");
    expect(code, log).toBe(0);
    expect(versions()).toEqual(["2.0", "2.0", "2.0", "2.0"]);
  });

  it("takes a change back whose new version is measured badly, and nothing after it is touched", async () => {
    measure = (name) => (name === "t2" && versionOf(name) === "2.0" ? 85 : 10);
    const { log, result } = await site.run("2.0");
    expect(result, log).toMatchObject({ outcome: "rolled-back", trigger: { name: "health-gate" } });
    expect(result.counts).toMatchObject({ untouched: 2, "rolled-back": 2 });
    expect(await reasons()).toEqual([expect.stringContaining("measured 85, which is not below 80")]);
    expect(versions()).toEqual(["1.0", "1.0", "1.0", "1.0"]);
  });

  it("is unknown once the server is gone: no gate passes, nothing is proved, and people are told what is left", async () => {
    const running = site.start("run", "plan.yml", "--to", "2.0");
    await vi.waitFor(() => expect(running.log()).toContain("Batch 2 of 4 opened"), {
      timeout: 60_000,
      interval: 20,
    });
    await prometheus.stop();
    const { log, result } = await running.ended;
    expect(result, log).toMatchObject({ outcome: "rollback-incomplete" });
    expect(await reasons()).toEqual([expect.stringContaining("connection refused")]);
    expect(result.counts.untouched).toBeGreaterThanOrEqual(1);
    expect(versions()).toEqual(["1.0", "1.0", "1.0", "1.0"]);
    expect(result.byHand.every(({ undone }) => undone)).toBe(true);

    await prometheus.start();
    const again = await site.start("rollback", ID).ended;
    expect(again.result, again.log).toMatchObject({ outcome: "rolled-back" });
  });

  it.each([
    ["of a series that does not exist", () => spoil("t1", null), "the query gives nothing"],
    ["that is no number", () => spoil("t1", Number.NaN), "no finite number"],
    ["of a host whose exporter is gone: stale", () => exporter.close(), "the query gives nothing"],
  ])("is unknown by a measurement %s, which neither passes nor fires a trigger", async (_, make, reason) => {
    // It stays unknown however long one waits.
    site.adopt("test/e2e/plans/measured.yml", { "deadline: 10s": "deadline: 3s" });
    site.commit();
    make();
    await vi.waitFor(async () => expect(await measured("t1")).not.toBe(10), {
      timeout: 30_000,
      interval: 100,
    });
    const { log, result } = await site.run("2.0");
    expect(result, log).toMatchObject({ outcome: "rollback-incomplete", trigger: { name: "health-gate" } });
    expect(result.counts.untouched).toBe(3);
    expect(await reasons()).toEqual([expect.stringContaining(reason)]);
    expect(versions()).toEqual(["1.0", "1.0", "1.0", "1.0"]);
  });
});

function spoil(name: string, value: number | null): void {
  measure = (asked) => (asked === name ? value : 10);
}

async function measured(name: string): Promise<number | null> {
  const url = new URL("/api/v1/query", prometheus.url);
  url.searchParams.set("query", `cpu_percent{instance="${name}"}`);
  const answer = (await (await fetch(url)).json()) as { data: { result: { value: [number, string] }[] } };
  const [found] = answer.data.result;
  return found === undefined ? null : Number(found.value[1]);
}
