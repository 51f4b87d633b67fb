import type { Random } from "../../../src/rehearsal/random.ts";

/** A valid plan of random sizes, times and limits; JSON is YAML. */
export function randomPlan(random: Random): string {
  const targets = random.between(1, 12);
  const pool = random.between(1, targets);
  const seconds = (low: number, high: number) => `${random.between(low, high)}s`;
  const step = (name: string, retries = random.pick([0, 0, 1, 2])) => ({
    name,
    run: name === "Install" ? "install" : name,
    undo: name === "Install" ? "uninstall" : `undo ${name}`,
    timeout: seconds(1, 600),
    retries,
  });
  const pacing = {
    "max-failures": pool > 1 ? random.between(0, 1) : 0,
    parallel: random.between(1, 6),
    bake: seconds(0, 120),
  };
  const rolling = {
    ...pacing,
    batches: Array.from({ length: random.between(1, 3) }, () => random.between(1, pool)),
    "max-unavailable": pool,
  };
  const isRolling = random.chance(0.7);
  return JSON.stringify({
    "change-plan": 1,
    change: { id: "CHG-1", title: "Random" },
    targets: { hosts: [{ name: `t[1:${targets}]` }], version: "cat VERSION" },
    strategy: isRolling ? { rolling } : { "big-bang": { ...pacing, "max-failures": 0 } },
    apply: {
      before: random.chance(0.5) ? [step("up")] : [],
      each: [step("Install"), ...(random.chance(0.5) ? [step("enable")] : [])],
      after: random.chance(0.5) ? [step("warm")] : [],
    },
    health: {
      every: "10s",
      pass: random.between(1, 3),
      stable: seconds(0, 20),
      deadline: seconds(60, 300),
      checks: [{ name: "alive", tcp: { host: "{host}", port: 80 } }],
    },
    rollback: { parallel: random.between(1, 6) },
  });
}
