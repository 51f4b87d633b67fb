import { writeSync } from "node:fs";
import { parsePlan } from "../../src/plan/parse.ts";
import { listPlanTargets } from "../../src/plan/plan-targets.ts";
import { resolvePlan } from "../../src/plan/resolve-plan.ts";
import { rehearse } from "../../src/rehearsal/rehearse.ts";

/** A process of its own, so that its memory is its own: rehearses a rollout to as many targets as it is told. */
const count = Number(process.argv[2]);
const parsed = parsePlan(`change-plan: 1
change: { id: BENCH-1, title: Rehearsal }
targets: { hosts: [{ name: "web-[1:${count}]" }], connect: local }
strategy: { rolling: { batches: [1, "1%", "10%"], parallel: 1000 } }
apply: { each: [{ name: Install, run: ./install, undo: ./uninstall, timeout: 1m }] }
health: { checks: [{ name: alive, http: { url: "http://{host}:8080/" } }], pass: 1, stable: 0s, every: 30s }
`);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
const targets = listPlanTargets(parsed.plan);
if (targets === null) throw new Error("no targets");
const change = resolvePlan(parsed.plan, {
  targets,
  version: "1",
  environment: "bench",
  digest: "0".repeat(64),
});
const startMs = Date.parse("2026-03-01T12:00:00Z");
const { state } = await rehearse(change, { script: [], startMs, onEvent: () => {} });
const { outcome } = state.outcome ?? { outcome: "interrupted" };
if (outcome !== "succeeded") {
  writeSync(2, `the rehearsal ended as ${outcome}\n`);
  process.exitCode = 1;
}
