import type { Backup, Change } from "../../src/plan/change.ts";
import { aChange, aStep } from "../fakes/change.ts";
import type { CrashPlan } from "./crash-points.ts";

const SECOND = 1_000;

const EACH = [
  aStep({ name: "Drain", run: "drain", undo: "enable", on: "runner" }),
  aStep({ run: 'install "$CHANGE_VERSION"', undo: 'install "$PREVIOUS_VERSION"', timeoutMs: 20 * SECOND }),
];
const SCHEMA = aStep({ name: "Schema", run: "migrate up", undo: "migrate down", on: "runner" });
const WARM = aStep({ name: "Warm", run: "warm", undo: "cool", on: "runner" });
const BANNER = aStep({ name: "Banner", run: "banner on", undo: "banner off", on: "runner" });
const MERGE = aStep({ name: "Merge", run: "merge", undo: null, irreversible: true, on: "runner" });
const SWITCH = aStep({ name: "Switch", run: "switch", undo: "switch back", on: "runner" });
const DATABASE: Backup = {
  name: "database",
  run: "dump",
  verify: "check",
  keep: "keep",
  fetch: "fetch",
  restore: "restore",
  timeoutMs: 60 * SECOND,
};
const HEALTH = { pass: 1, everyMs: 5 * SECOND };
const BAKE = { bakeMs: 10 * SECOND };

const rolling = aChange({
  batches: [["a"], ["b", "c"]],
  rollout: BAKE,
  health: HEALTH,
  apply: { before: [SCHEMA], each: EACH, after: [WARM] },
  change: { prepare: [BANNER] },
});

const groups = [
  { name: "blue", targets: ["b1", "b2"] },
  { name: "green", targets: ["g1", "g2"] },
];
const blueGreen: Change = {
  ...aChange({
    batches: [groups[0]!.targets],
    rollout: {
      ...BAKE,
      strategy: "blue-green",
      blueGreen: { active: "active", groups, switch: SWITCH, keepMs: null },
    },
    health: HEALTH,
    apply: { each: EACH },
  }),
  targets: ["b1", "b2", "g1", "g2"].map((name) => ({ name, host: name, zone: null })),
};

const bigBang = aChange({
  batches: [["a", "b", "c"]],
  rollout: { ...BAKE, strategy: "big-bang" },
  health: HEALTH,
  apply: { before: [MERGE], each: EACH },
  change: {
    backups: [DATABASE],
    triggers: [
      {
        name: "data loss",
        severity: "critical",
        when: {
          kind: "check",
          check: "alive",
          above: null,
          below: null,
          worseBy: null,
          forMs: 0,
          share: null,
        },
        restore: ["database"],
        respond: [],
        tell: [],
      },
    ],
  },
});

const failing = (target: string) => [{ kind: "fail", target, step: "Install" } as const];
const breaking = [{ kind: "trigger", trigger: "data loss", afterMs: 30 * SECOND, forMs: null } as const];

/** Each strategy going forwards, rolled back, and resumed by another process. */
export const CRASH_PLANS: readonly CrashPlan[] = [
  { name: "a rolling change", change: rolling },
  { name: "a rolling change that is rolled back", change: rolling, script: failing("c") },
  { name: "a rolling change that is resumed", change: rolling, before: [{ killAfterMs: 25 * SECOND }] },
  { name: "a blue-green change", change: blueGreen },
  {
    name: "a blue-green change that a person rolls back",
    change: blueGreen,
    killed: { says: rollbackAt(25) },
  },
  { name: "a blue-green change that is resumed", change: blueGreen, before: [{ killAfterMs: 16 * SECOND }] },
  { name: "a big bang", change: bigBang },
  { name: "a big bang whose data is restored", change: bigBang, script: breaking },
  { name: "a big bang that is resumed", change: bigBang, before: [{ killAfterMs: 15 * SECOND }] },
];

function rollbackAt(seconds: number) {
  return [{ afterMs: seconds * SECOND, command: "rollback", restores: false } as const];
}
