import type { ChangeEvent } from "../rollout/events.ts";
import type { StageName } from "../rollout/stages.ts";

/** When something happened in each stage, in order. A resumed change has a new span after the gap. */
export type StageSpan = { readonly stage: StageName; readonly fromMs: number; toMs: number };
export type StageSpans = StageSpan[];

/** More than any change that is not resumed over and over again. */
const SPANS_MAX = 200;

/** A stage begins where the one before ended, and lasts to its last event. */
export function recordStage(spans: StageSpans, event: ChangeEvent): void {
  const atMs = Date.parse(event.at);
  const last = spans.at(-1);
  if (event.kind === "attempt-started" || (event.kind === "resumed" && last !== undefined)) {
    if (spans.length < SPANS_MAX) spans.push({ stage: last?.stage ?? "gate", fromMs: atMs, toMs: atMs });
    return;
  }
  if (last === undefined) return;
  const stage = last.stage === "rollback" ? "rollback" : (stageOfEvent(event) ?? last.stage);
  if (stage === last.stage || spans.length === SPANS_MAX) {
    last.toMs = Math.max(last.toMs, atMs);
    return;
  }
  // An intent begins its stage; a fact tells of what has been going on since the one before ended.
  if (INTENTS.has(event.kind)) last.toMs = Math.max(last.toMs, atMs);
  spans.push({ stage, fromMs: last.toMs, toMs: Math.max(last.toMs, atMs) });
}

const INTENTS: ReadonlySet<ChangeEvent["kind"]> = new Set([
  "backup-started",
  "batch-opened",
  "step-started",
  "trigger-fired",
]);

/** null: it may happen in any stage. */
function stageOfEvent(event: ChangeEvent): StageName | null {
  switch (event.kind) {
    case "requirement-checked":
    case "gate-passed":
      return "gate";
    case "check-asked":
      return event.phase === "verify" ? "verify" : "checks";
    case "version-recorded":
    case "version-unreadable":
      return "survey";
    case "notice-given":
    case "baseline-recorded":
      return "notice";
    case "backup-started":
    case "backup-made":
    case "backup-failed":
      return "backup";
    case "backups-confirmed":
      return "prepare";
    case "batch-opened":
      return "apply";
    case "phase-reached":
      return event.phase === "deploy" ? "apply" : event.phase;
    case "step-started":
      return stageOfStep(event);
    case "trigger-fired":
      return event.severity === "critical" ? "rollback" : null;
    default:
      return null;
  }
}

function stageOfStep({ scope, direction }: { scope: string; direction: "do" | "undo" }): StageName | null {
  if (scope === "respond" || scope === "restore") return null;
  if (scope !== "prepare") return "apply";
  return direction === "do" ? "prepare" : "resume";
}
