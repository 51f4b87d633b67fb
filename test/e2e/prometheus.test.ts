import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isHere } from "./needs.ts";
import { type Exporter, missingForPrometheus, Prometheus, startExporter } from "./prometheus.ts";
import { Site } from "./site.ts";

const isComplete = isHere("Prometheus", missingForPrometheus());
const ID = "CHG-MEASURED";
const names = ["t1", "t2", "t3", "t4"];

let percent: Record<string, number>;
let exporter: Exporter;
let prometheus: Prometheus;
let site: Site;

const versions = () => names.map((name) => site.read(`state/${name}`).trim());
const details = (changes: Awaited<ReturnType<Site["events"]>>) =>
  changes.flatMap((event) => (event.kind === "health-changed" ? event.measurements : []));

describe.skipIf(!isComplete)("health by Prometheus", { timeout: 180_000 }, () => {
  beforeEach(async () => {
    percent = Object.fromEntries(names.map((name) => [name, 10]));
    exporter = await startExporter(() => percent);
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

  it("fails the gate of a target that is measured badly, and nothing after it is touched", async () => {
    percent.t2 = 85;
    const { log, result } = await site.run("2.0");
    expect(result, log).toMatchObject({ trigger: { name: "health-gate" } });
    expect(result.counts.untouched).toBe(2);
    // Still measured badly with the version it had before: that it is well again cannot be said.
    expect(result.outcome).toBe("rollback-incomplete");
    expect(result.byHand).toMatchObject([{ target: "t2", undone: true }]);
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
    const events = await site.events(ID);
    expect(details(events).filter(({ verdict }) => verdict === "unhealthy")).toEqual([]);
    expect(details(events).some(({ verdict }) => verdict === "unknown")).toBe(true);
    expect(result.counts.untouched).toBeGreaterThanOrEqual(1);
    expect(versions()).toEqual(["1.0", "1.0", "1.0", "1.0"]);
    expect(result.byHand.every(({ undone }) => undone)).toBe(true);

    await prometheus.start();
    const again = await site.start("rollback", ID).ended;
    expect(again.result, again.log).toMatchObject({ outcome: "rolled-back" });
  });

  it.each([
    ["of a series that does not exist", () => delete percent.t1],
    ["that is no number", () => Object.assign(percent, { t1: Number.NaN })],
    ["of a host whose exporter is gone: stale", () => exporter.close()],
  ])("is unknown by a measurement %s, which neither passes nor fires a trigger", async (_, spoil) => {
    spoil();
    await vi.waitFor(async () => expect(await measured("t1")).not.toBe(10), {
      timeout: 30_000,
      interval: 100,
    });
    const { log, result } = await site.run("2.0");
    expect(result, log).toMatchObject({ outcome: "rollback-incomplete", trigger: { name: "health-gate" } });
    expect(result.counts.untouched).toBe(3);
    const samples = details(await site.events(ID)).filter(({ target }) => target === "t1");
    expect(new Set(samples.map(({ verdict }) => verdict))).toEqual(new Set(["unknown"]));
    expect(versions()).toEqual(["1.0", "1.0", "1.0", "1.0"]);
  });
});

async function measured(name: string): Promise<number | null> {
  const url = new URL("/api/v1/query", prometheus.url);
  url.searchParams.set("query", `cpu_percent{instance="${name}"}`);
  const answer = (await (await fetch(url)).json()) as { data: { result: { value: [number, string] }[] } };
  const [found] = answer.data.result;
  return found === undefined ? null : Number(found.value[1]);
}
