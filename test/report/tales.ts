import type { Change } from "../../src/plan/change.ts";
import type { Fact } from "../../src/rollout/decide.ts";
import type { StepRun } from "../../src/rollout/event-parts.ts";
import { EXTRAS, Tale } from "./scenarios.ts";
import { blueGreenChange, wholeChange } from "./whole-change.ts";

const MINUTE = 60_000;

/** Tales of changes that use every part of a plan. */

function sample(check: string, value: number | null, detail = "") {
  return { target: null, check, verdict: "unhealthy" as const, value, detail };
}

function once(scope: Exclude<StepRun["scope"], "each">, direction: StepRun["direction"] = "do") {
  return { scope, step: 0, target: null, direction } as const;
}

function asked(phase: "contact" | "preflight" | "verify", check: number, name: string): Fact {
  return { kind: "check-asked", phase, check, name, passed: true, targets: 0, measurements: [] };
}

function fired(trigger: string, severity: "critical" | "warning", reason: string): Fact {
  return { kind: "trigger-fired", trigger, severity, reason, by: null, measurements: [] };
}

export function approve(tale: Tale): Tale {
  return tale.tell({
    kind: "approved",
    digest: tale.change.digest,
    proof: "github",
    approvals: [{ of: "environment production", by: ["hubot", "monalisa"] }],
    attestations: [{ name: "Rollback rehearsed in staging", role: "quality", by: "monalisa" }],
    owed: [],
  });
}

/** Through the gate and the checks, up to the first backup. */
export function tellChecked(change: Change = wholeChange()): Tale {
  const tale = approve(new Tale(change).start());
  tale.tell({ kind: "window-awaited", until: "2026-11-27T18:20:00.000Z" });
  const detail = "4.2.0 succeeded there 2 days ago";
  tale.tell({ kind: "requirement-checked", environment: "staging", met: true, detail }, 20 * MINUTE);
  tale.tell({ kind: "gate-passed", detail: "approved; the window is open for another 8h" });
  tale.tell(asked("contact", 0, "War room"));
  tale.tell({ ...asked("preflight", 0, "Disk space"), targets: 3 } as Fact, 4_000);
  return tale.tell(asked("preflight", 1, "Cluster"), 2_000);
}

/** Ready for the first batch. */
export function tellPrepared(change: Change = wholeChange()): Tale {
  const tale = tellChecked(change);
  const { blueGreen } = change.rollout;
  if (blueGreen !== null) tale.tell({ kind: "active-observed", group: "blue", detail: "blue" });
  for (const target of tale.state.batches.flat())
    tale.tell({ kind: "version-recorded", target, version: "4.1.3" }, 10);
  tale.tell({ kind: "notice-given", failed: [] });
  tale.tell({ kind: "baseline-recorded", check: "latency", value: 40 }, 10 * MINUTE);
  for (const { name } of change.backups) backUp(tale, name);
  if (change.prepare.length > 0) tale.step(once("prepare"));
  if (change.backups.length > 0) tale.tell({ kind: "backups-confirmed", ok: true, detail: "" });
  return tale.tell({ kind: "phase-reached", phase: "prepare" }, 5).once();
}

function backUp(tale: Tale, backup: string): void {
  const file = `/var/lib/change-deploy/${backup}.dump`;
  tale.tell({ kind: "backup-started", backup, file }, 20 * MINUTE);
  const sha256 = "ab".repeat(32);
  tale.tell({ kind: "backup-made", backup, file, sha256, bytes: 1_234_567_890, kept: true }, 3 * MINUTE);
}

/** A warning holds the rollout in the middle of the second batch, and asks. */
export function tellWarning(): Tale {
  const tale = tellPrepared().pass(0).open(1).update("web-02").health("web-02", "healthy");
  tale.tell({ kind: "breach-began", trigger: "slow", target: null });
  const reason = "latency is 72, 80 % worse than 40, for 5 min";
  const warning = { ...fired("slow", "warning", reason), measurements: [sample("latency", 72)] };
  return tale.tell(warning as Fact, 5 * MINUTE);
}

export function tellWarningAnswered(): Tale {
  const tale = tellWarning();
  const id = "https://github.com/acme/shop/issues/7#issuecomment-1";
  tale.tell({ kind: "commanded", command: "continue", by: "octocat", role: "manager", id }, 4 * MINUTE);
  tale.tell({ kind: "breach-ended", trigger: "slow", target: null });
  tale.update("web-03").health("web-03", "healthy");
  const measurements = [{ ...sample("orders", 12), verdict: "healthy" as const }];
  tale.tell({ kind: "service-changed", verdict: "healthy", measurements });
  tale.tell({ kind: "bake-started", batch: 1 }).tell({ kind: "batch-passed", batch: 1 }, 2 * MINUTE);
  tale.tell({ kind: "budget-passed", budget: "apply", budgetMs: 10 * MINUTE });
  tale.tell({ kind: "phase-reached", phase: "deploy" }, 5);
  return finishWell(tale);
}

function finishWell(tale: Tale): Tale {
  tale.tell(asked("verify", 0, "Log in"), 30_000);
  const measurements = [{ ...sample("Throughput", 612), verdict: "healthy" as const }];
  tale.tell({ ...asked("verify", 1, "Throughput"), measurements } as Fact, 90_000);
  tale.tell({ kind: "phase-reached", phase: "verify" }, 5);
  if (tale.change.prepare.length > 0) tale.step(once("prepare", "undo"));
  const reason = `${tale.state.targets.size} targets updated and healthy`;
  return tale.tell({ kind: "finished", outcome: "succeeded", reasonCode: "all-updated", reason }, 0);
}

/** Orders stop coming in: everything is undone, and the database is restored. */
export function tellDataLoss(): Tale {
  const tale = tellPrepared().pass(0);
  const trigger = {
    ...fired("data loss", "critical", "orders: 0"),
    measurements: [sample("orders", 0, "0")],
  };
  tale.tell(trigger as Fact).tell({ kind: "announced", url: EXTRAS.issueUrl });
  tale.undo("web-01").step(once("before", "undo"));
  tale.step(once("restore"), "pg_restore: connection refused").step(once("restore"));
  tale.verify("web-01");
  const measurements = [{ ...sample("orders", 9), verdict: "healthy" as const }];
  tale.tell({ kind: "service-changed", verdict: "healthy", measurements });
  tale.step(once("prepare", "undo"));
  const reason = "every touched target is verified back";
  return tale.tell({ kind: "finished", outcome: "rolled-back", reasonCode: "verified", reason });
}

/** Green is changed and switched to; its error rate sends the traffic back to blue. */
export function tellSwitchedBack(): Tale {
  const tale = tellSwitched();
  const trigger = {
    ...fired("data loss", "critical", "orders: 0"),
    measurements: [sample("orders", 0, "0")],
  };
  tale.tell(trigger as Fact, 60_000).tell({ kind: "announced", url: EXTRAS.issueUrl });
  tale.step(once("switch", "undo")).undo("green-02").undo("green-01");
  for (const target of ["green-02", "green-01"]) tale.verify(target);
  tale.step(once("before", "undo"));
  const reason = "every touched target is verified back";
  return tale.tell({ kind: "finished", outcome: "rolled-back", reasonCode: "verified", reason });
}

export function tellSwitched(): Tale {
  const base = blueGreenChange();
  const change = { ...base, triggers: base.triggers.map((trigger) => ({ ...trigger, restore: [] })) };
  const tale = tellPrepared(change).open(0);
  for (const target of ["green-01", "green-02"]) tale.update(target).health(target, "healthy");
  return tale.step(once("switch")).tell({ kind: "bake-started", batch: 0 });
}

export function tellBlueGreenSuccess(): Tale {
  const tale = tellSwitched().tell({ kind: "batch-passed", batch: 0 }, 2 * MINUTE);
  return finishWell(tale.tell({ kind: "phase-reached", phase: "deploy" }, 5));
}

export function tellPreflightRejected(): Tale {
  const tale = approve(new Tale(wholeChange()).start());
  tale.tell({ kind: "gate-passed", detail: "approved; the window is open" });
  tale.tell(asked("contact", 0, "War room"));
  const measurements = [{ ...sample("Disk space", null, "exit 1"), target: "web-02" }];
  const refusal = { ...asked("preflight", 0, "Disk space"), passed: false, targets: 3, measurements };
  tale.tell(refusal as Fact);
  const reason = 'preflight check "Disk space" did not pass: web-02 exit 1';
  return tale.tell({ kind: "finished", outcome: "rejected", reasonCode: "preflight-failed", reason });
}

export function tellHeldByWindow(): Tale {
  const tale = tellPrepared().pass(0);
  const reason =
    "the window stays open for 10m, and the next batch with a full rollback may take 1h 5m; the next opens at 2026-11-28T22:00:00.000Z";
  return tale.tell({ kind: "finished", outcome: "held", reasonCode: "window-closed", reason });
}

export function tellVerificationFailed(): Tale {
  const tale = tellPrepared().pass(0).pass(1).tell({ kind: "phase-reached", phase: "deploy" }, 5);
  tale.tell(asked("verify", 0, "Log in"), 30_000);
  const measurements = [sample("Throughput", 340)];
  tale.tell({ ...asked("verify", 1, "Throughput"), passed: false, measurements } as Fact, 90_000);
  const trigger = { ...fired("verification", "critical", 'verification "Throughput" failed'), measurements };
  tale.tell(trigger as Fact).tell({ kind: "announced", url: EXTRAS.issueUrl });
  for (const target of ["web-03", "web-02", "web-01"]) tale.undo(target);
  for (const target of ["web-03", "web-02", "web-01"]) tale.verify(target);
  tale.step(once("before", "undo")).step(once("prepare", "undo"));
  const reason = "every touched target is verified back";
  return tale.tell({ kind: "finished", outcome: "rolled-back", reasonCode: "verified", reason });
}

/** A security breach: isolated at once; the restore that a person has asked for fails. */
export function tellBreach(): Tale {
  const tale = tellPrepared()
    .pass(0)
    .tell(fired("breach", "critical", "intrusion: 3 alerts"));
  tale.tell({ kind: "announced", url: EXTRAS.issueUrl });
  tale.step(once("respond"), "isolate: no route to host");
  const gone = 'step "Isolate" failed 3 times: isolate: no route to host';
  tale.tell({ kind: "rollback-failed", target: null, scope: "respond", reason: gone });
  const restore = ["database"];
  tale.tell({ kind: "commanded", command: "rollback", by: "octocat", role: "manager", id: "7", restore });
  const manual = {
    ...fired("manual", "critical", "ordered by octocat, restoring database"),
    by: "octocat",
    restore,
  };
  tale
    .tell(manual as Fact)
    .undo("web-01")
    .step(once("before", "undo"));
  tale.step(once("restore"), "pg_restore: corrupt");
  const lost = 'step "restore database" failed 3 times: pg_restore: corrupt';
  tale.tell({ kind: "rollback-failed", target: null, scope: "restore", reason: lost }).verify("web-01");
  tale.step(once("prepare", "undo"));
  const reason = "not put back: respond, restore";
  return tale.tell({ kind: "finished", outcome: "rollback-incomplete", reasonCode: "by-hand", reason });
}

export const WHOLE_SCENARIOS = {
  "warning-answered": tellWarningAnswered,
  "data-loss": tellDataLoss,
  "switched-back": tellSwitchedBack,
  "blue-green": tellBlueGreenSuccess,
  "preflight-rejected": tellPreflightRejected,
  "held-by-window": tellHeldByWindow,
  "verification-failed": tellVerificationFailed,
  breach: tellBreach,
} as const;
