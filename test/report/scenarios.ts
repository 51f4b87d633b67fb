import type { Change } from "../../src/plan/change.ts";
import { openProgress, type Progress, recordProgress } from "../../src/report/progress.ts";
import { openTimeline, recordInTimeline, type Timeline } from "../../src/report/timeline.ts";
import type { Fact } from "../../src/rollout/decide.ts";
import type { StepRun } from "../../src/rollout/event-parts.ts";
import type { ChangeEvent } from "../../src/rollout/events.ts";
import { evolve } from "../../src/rollout/evolve.ts";
import { openState } from "../../src/rollout/open-state.ts";
import type { ChangeState } from "../../src/rollout/state.ts";
import { makeChange } from "./changes.ts";

export const START_MS = Date.parse("2026-11-27T18:00:00Z");
export const EXTRAS = {
  journalRef: "refs/change-deploy/production/changes/CHG-2026-0142",
  journalRemote: "origin",
  runUrl: "https://github.com/acme/shop/actions/runs/101",
  issueUrl: "https://github.com/acme/shop/issues/7",
  reportPath: null,
};

/** Tells a change event by event, and folds what it tells into everything that the reports are made from. */
export class Tale {
  readonly events: ChangeEvent[] = [];
  readonly state: ChangeState;
  readonly progress: Progress;
  readonly timeline: Timeline;
  nowMs = START_MS;

  constructor(change: Change) {
    this.state = openState(change);
    this.progress = openProgress(change);
    this.timeline = openTimeline(change);
  }

  get change(): Change {
    return this.state.change;
  }

  tell(fact: Fact, afterMs = 1_000): this {
    this.nowMs += afterMs;
    const event = { ...fact, at: new Date(this.nowMs).toISOString() } as ChangeEvent;
    this.events.push(event);
    evolve(this.state, event);
    recordProgress(this.progress, event, this.state);
    recordInTimeline(this.timeline, event);
    return this;
  }

  start(attempt = 1): this {
    const { id, environment, version, digest } = this.change;
    const holder = { actor: "octocat", where: "https://github.com/acme/shop/actions/runs/101" };
    const commit = "c0ffee00".repeat(5);
    return this.tell(
      { kind: "attempt-started", attempt, change: id, environment, version, digest, commit, holder },
      0,
    );
  }

  /** The gate says yes, and with nothing to prepare the change is ready once the versions are known. */
  ready(): this {
    this.tell({ kind: "gate-passed", detail: "no window is set" }, 5).survey();
    return this.tell({ kind: "phase-reached", phase: "prepare" }, 5);
  }

  survey(version = "4.1.3"): this {
    for (const { name } of this.change.targets)
      this.tell({ kind: "version-recorded", target: name, version }, 10);
    return this;
  }

  once(step = 0): this {
    return this.step({ scope: "before", step, target: null, direction: "do" });
  }

  /** Runs a step to its end; `failure` makes it fail. */
  step(run: Omit<StepRun, "run">, failure?: string): this {
    const started = { ...run, run: this.state.runs + 1 };
    this.tell({ kind: "step-started", ...started }, 5);
    if (failure === undefined) return this.tell({ kind: "step-finished", ...started, ms: 1_234 }, 1_234);
    return this.tell({ kind: "step-failed", ...started, ms: 800, detail: failure }, 800);
  }

  begin(target: string, step: number): this {
    return this.tell(
      { kind: "step-started", scope: "each", step, target, direction: "do", run: this.state.runs + 1 },
      5,
    );
  }

  update(target: string): this {
    for (const step of this.change.apply.each.keys())
      this.step({ scope: "each", step, target, direction: "do" });
    return this;
  }

  health(target: string, verdict: "healthy" | "unhealthy" | "unknown", detail = "200"): this {
    const value = verdict === "unknown" ? null : 42;
    const measurements = [{ target, check: "alive", verdict, value, detail }];
    return this.tell({ kind: "health-changed", target, verdict, measurements });
  }

  open(batch: number): this {
    return this.tell({
      kind: "batch-opened",
      batch,
      targets: [...(this.state.batches[batch] ?? [])],
    });
  }

  pass(batch: number): this {
    this.open(batch);
    for (const target of this.state.batches[batch] ?? []) this.update(target).health(target, "healthy");
    return this.tell({ kind: "bake-started", batch }).tell({ kind: "batch-passed", batch }, 120_000);
  }

  undo(target: string, failure?: string): this {
    const steps = [...this.change.apply.each.keys()].reverse();
    const last = steps.at(-1);
    for (const step of steps) {
      if ((this.state.targets.get(target)?.ladder.dirty ?? 0) <= step) continue;
      this.step({ scope: "each", step, target, direction: "undo" }, step === last ? failure : undefined);
    }
    return this;
  }

  verify(target: string): this {
    this.tell({ kind: "version-verified", target, ok: true, version: "4.1.3" });
    return this.health(target, "healthy").tell({ kind: "target-rolled-back", target });
  }
}

const SIZES = [1, 3, 4];

export function tellSuccess(): Tale {
  const tale = new Tale(makeChange(SIZES)).start().ready().once();
  for (const batch of SIZES.keys()) tale.pass(batch);
  tale
    .tell({ kind: "phase-reached", phase: "deploy" }, 5)
    .tell({ kind: "phase-reached", phase: "verify" }, 5);
  const reason = "8 targets updated and healthy";
  return tale.tell({ kind: "finished", outcome: "succeeded", reasonCode: "all-updated", reason });
}

/** Up to the trigger: web-06 answers 503 in the last batch, web-07 is being installed. */
export function tellTrigger(): Tale {
  const tale = new Tale(makeChange(SIZES)).start().ready().once().pass(0).pass(1).open(2);
  tale.update("web-05").health("web-05", "healthy").update("web-06").begin("web-07", 0);
  tale.health("web-06", "unhealthy", "503 instead of 200");
  return tale;
}

export function tellRollback(): Tale {
  const tale = fireGate(tellTrigger());
  tale.tell({ kind: "announced", url: EXTRAS.issueUrl });
  for (const target of ["web-07", "web-06", "web-05", "web-04", "web-03", "web-02", "web-01"])
    tale.undo(target);
  for (const target of [...tale.state.rollback!.verifying.keys()]) tale.verify(target);
  tale.step({ scope: "before", step: 0, target: null, direction: "undo" });
  const reason = "every touched target is verified back";
  return tale.tell({ kind: "finished", outcome: "rolled-back", reasonCode: "verified", reason });
}

export function tellIncomplete(): Tale {
  const tale = fireGate(tellTrigger());
  tale.tell({ kind: "announce-failed", detail: "403: the job needs `permissions: issues: write`" });
  const broken = "lb: connection refused\nexit 7";
  tale.undo("web-07").undo("web-06", broken);
  tale.tell({
    kind: "rollback-failed",
    target: "web-06",
    reason: `undo of step "Drain" failed 3 times: ${broken}`,
  });
  for (const target of ["web-05", "web-04", "web-03", "web-02", "web-01"]) tale.undo(target);
  for (const target of [...tale.state.rollback!.verifying.keys()]) tale.verify(target);
  tale.tell({
    kind: "rollback-failed",
    target: null,
    scope: "before",
    reason: "left as it is: not every target could be put back",
  });
  const reason = "not put back: web-06, before";
  return tale.tell({ kind: "finished", outcome: "rollback-incomplete", reasonCode: "by-hand", reason });
}

export function tellInterrupted(): Tale {
  const tale = new Tale(makeChange(SIZES)).start().ready().once().pass(0).open(1);
  tale.update("web-02").begin("web-03", 1);
  return tale.tell({ kind: "interrupted", cause: "SIGINT: the run was cancelled" });
}

export function fireGate(tale: Tale): Tale {
  const reason = "web-06: not healthy within 300 s: alive: 503 instead of 200";
  tale.tell(
    { kind: "target-failed", target: "web-06", cause: "health", reason: "not healthy within 300 s" },
    300_000,
  );
  const measurements = [
    {
      target: "web-06",
      check: "alive",
      verdict: "unhealthy" as const,
      value: 42,
      detail: "503 instead of 200",
    },
  ];
  tale.tell({
    kind: "trigger-fired",
    trigger: "health-gate",
    severity: "critical",
    reason,
    by: null,
    measurements,
  });
  const { scope, step, target, direction, run } = tale.state.inFlight.get("web-07")!;
  return tale.tell({ kind: "step-finished", scope, step, target, direction, run, ms: 2_000 });
}

export const SCENARIOS = {
  success: tellSuccess,
  "rolled-back": tellRollback,
  "rollback-incomplete": tellIncomplete,
  interrupted: tellInterrupted,
} as const;
