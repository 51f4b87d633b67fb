import { Desk, TOKEN } from "../acceptance/job.ts";
import { localPlan } from "../acceptance/plans.ts";
import type { Figure } from "./benchmark.ts";

const TARGETS = 100;
const REQUESTS_MAX = 25;

export const name = "github";
export const budget = "a clean run of 100 targets asks GitHub at most 25 times";

/** The action as a runner starts it, against the loopback GitHub, which counts. */
export async function run(): Promise<readonly Figure[]> {
  const desk = await Desk.open();
  try {
    const { bench, github } = desk;
    bench.write(
      "plan.yml",
      localPlan({ targets: TARGETS, batches: "[1, 10%, 30%]" }).replace(/t\[\d+:/, "t[001:"),
    );
    bench.write(".gitignore", "v/\nlog\nremote/\n.change-deploy/\n");
    bench.commit();
    for (let at = 1; at <= TARGETS; at++) bench.write(`v/t${String(at).padStart(3, "0")}`, "1.0\n");
    const given = { plan: "plan.yml", environment: "production", version: "2.0", token: TOKEN };
    const count = async (phase: string) => {
      const before = github.requests.length;
      const job = await desk.start({ ...given, phase }).job;
      if (job.code !== 0)
        throw new Error(`phase ${phase} ended with ${job.code}: ${job.stdout.slice(-2_000)}`);
      return github.requests.length - before;
    };
    const figure = { unit: "requests", spread: null } as const;
    const ran = await count("run");
    const reported = await count("report");
    return [
      { ...figure, what: `phase run, ${TARGETS} targets`, value: ran, atMost: REQUESTS_MAX },
      { ...figure, what: "phase report, after it", value: reported, atMost: null },
    ];
  } finally {
    await desk.close();
  }
}
