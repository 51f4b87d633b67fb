import { consoleSink } from "../../src/adapters/output/console-sink.ts";
import { createRedactor } from "../../src/adapters/output/redactor.ts";
import { sanitiseLine } from "../../src/adapters/output/sanitise.ts";
import { collectOutput } from "../../src/adapters/process/collect-output.ts";
import type { DisplayStream } from "../../src/cli/display.ts";
import { openDisplay } from "../../src/cli/open-display.ts";
import { openRunnerLog } from "../../src/cli/runner-log.ts";
import type { PlanIssue } from "../../src/plan/issue.ts";
import { DETAIL_CHARS_MAX } from "../../src/rollout/event-parts.ts";
import { makeChange, makeStep } from "../report/changes.ts";
import { EXTRAS, Tale } from "../report/scenarios.ts";

export const BENIGN = "harmless words";
const RUNNER = { GITHUB_ACTIONS: "true", RUNNER_DEBUG: "1" };
const PLAIN = { json: false, plain: true, noColor: true };

type Redact = (text: string, isCut?: boolean) => string;
const asIs: Redact = (text) => text;

/** The job's log with the display that writes to it, and what was written. */
export function openJobLog(redact: Redact = asIs) {
  let written = "";
  let tokens = 0;
  const log = openRunnerLog({
    write: (text) => {
      written += text;
    },
    redact,
    newToken: () => `${"0123456789abcdef".repeat(2).slice(1)}${++tokens}`,
  });
  const stream: DisplayStream = {
    write: (text) => {
      log.write(text);
      return true;
    },
    command: log.command,
    on: () => {},
    off: () => {},
  };
  const display = openDisplay({ stream, env: RUNNER, looks: PLAIN, now: () => 0 });
  return { log, display, written: () => written };
}

/** A command's bytes on their way to the log and into a record, in the given chunks. */
export function printed(chunks: readonly Buffer[], redact: Redact = asIs) {
  const { log, display, written } = openJobLog(redact);
  const output = consoleSink({ write: (text) => display.log(text.trimEnd()), redact });
  const collector = collectOutput(
    { output, sanitise: sanitiseLine, redact, holdsSecret: (value) => redact(value) !== value },
    "web-01",
  );
  for (const chunk of chunks) collector.push("stdout", chunk);
  const { tail, stdout } = collector.finish();
  display.close();
  log.resume();
  return { log: written(), tail, stdout };
}

/** A change in which a text stands everywhere where one from outside can. */
export function tellWith(outside: string): Tale {
  const text = outside.slice(0, DETAIL_CHARS_MAX);
  const change = makeChange([1, 1], {
    title: text.slice(0, 120),
    summary: `About: ${text}`,
    version: text.slice(0, 200),
    apply: {
      before: [],
      each: [makeStep(text.slice(0, 120), "./install", { undo: "./remove" })],
      after: [],
    },
  });
  const run = { scope: "each", step: 0, target: "web-01" } as const;
  const measurement = {
    target: "web-01",
    check: text.slice(0, 120),
    verdict: "unhealthy",
    value: null,
  } as const;
  const tale = new Tale(change);
  const { id, environment, version, digest } = change;
  const told = { change: id, environment, version, digest, commit: null };
  tale.tell({ kind: "attempt-started", attempt: 1, ...told, holder: { actor: text, where: EXTRAS.runUrl } });
  tale.tell({ kind: "version-recorded", target: "web-01", version: text.slice(0, 500) });
  tale.tell({ kind: "version-unreadable", target: "web-02", detail: text });
  tale.open(0).step({ ...run, direction: "do" }, text);
  const measurements = [{ ...measurement, detail: text }];
  tale.tell({ kind: "health-changed", target: "web-01", verdict: "unhealthy", measurements });
  tale.tell({ kind: "target-failed", target: "web-01", cause: "step", reason: text });
  const trigger = text.slice(0, 120) || "none";
  tale.tell({ kind: "trigger-fired", trigger, severity: "critical", reason: text, by: text, measurements });
  tale.tell({ kind: "announce-failed", detail: text });
  tale.tell({ kind: "resumed", holder: { actor: text, where: EXTRAS.runUrl }, writeAhead: "missing" });
  tale.undo("web-01", text);
  tale.tell({ kind: "rollback-failed", target: "web-01", reason: text });
  tale.tell({ kind: "interrupted", cause: text });
  return tale.tell({
    kind: "finished",
    outcome: "rollback-incomplete",
    reasonCode: "by-hand",
    reason: text,
  });
}

export const PLACES = { ...EXTRAS, issueUrl: EXTRAS.issueUrl };

export function redactorFor(secret: string): Redact {
  const redactor = createRedactor();
  redactor.register(secret);
  return redactor.redact;
}

/** A problem in a plan that says the text wherever it can. */
export function issuesWith(text: string) {
  const at = { line: 1, column: 1, path: text, severity: "error" } as const;
  return [{ ...at, code: "wrong-value", message: text, hint: text }] as PlanIssue[];
}
