import type { Check, Target } from "../../plan/change.ts";
import type { CommandCall, Commands, Prober } from "../../ports.ts";
import { fillHost, fillUrl, type Values, valuesOf } from "./fill-template.ts";
import { sampleHttp } from "./http-probe.ts";
import { samplePrometheus } from "./prometheus-probe.ts";
import { sampleRun } from "./run-probe.ts";
import { type Sample, unhealthy, unknown } from "./sample.ts";
import { sampleTcp } from "./tcp-probe.ts";
import { type Limit, withDeadline } from "./with-deadline.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Question = Readonly<{
  check: Check;
  target: Target | null;
  env: CommandCall["env"];
  values: Values;
  /** Where the plan's `env:NAME` are looked up. */
  secrets: Environment;
}>;

/** Takes samples over HTTP, TCP, from Prometheus and with commands. `version` is what `{version}` stands for. */
export function createProber(options: { commands: Commands; version: string; env?: Environment }): Prober {
  const commands = oneAtATime(options.commands);
  return {
    async sample(check, target, env, signal) {
      const secrets = options.env ?? process.env;
      const question = { check, target, env, values: valuesOf(target, options.version), secrets };
      const sample = await askInTime(question, commands, signal);
      return { target: target?.name ?? null, check: check.name, ...sample };
    },
  };
}

type Run = Commands["run"];

/** A check that was given up may take a moment to die: its next run on that target waits for it. */
function oneAtATime(commands: Commands): Run {
  const running = new Map<string, Promise<unknown>>();
  return async (call, signal) => {
    const key = JSON.stringify([call.target?.name, call.on, call.script]);
    const before = running.get(key) ?? Promise.resolve();
    const run = before.then(() => commands.run(call, signal));
    running.set(key, run);
    try {
      return await run;
    } finally {
      if (running.get(key) === run) running.delete(key);
    }
  };
}

async function askInTime(question: Question, run: Run, signal: AbortSignal): Promise<Sample> {
  const { timeoutMs, probe } = question.check;
  if (signal.aborted) return unknown("cancelled");
  const onLimit = (limit: Limit): Sample => {
    if (limit === "cancelled") return unknown("cancelled");
    if (probe.kind === "prometheus") return unknown(`no complete answer within ${timeoutMs} ms`);
    if (probe.kind === "run") return unknown(`the check did not end within ${timeoutMs} ms`);
    return unhealthy(`no complete answer within ${timeoutMs} ms`);
  };
  try {
    return await withDeadline({ timeoutMs, signal }, onLimit, (stop) => ask(question, run, stop));
  } catch (error) {
    // A sample that fails for a reason of ours is no evidence against the target.
    return unknown(`the check failed: ${error instanceof Error ? error.name : "no reason given"}`);
  }
}

async function ask(question: Question, run: Run, stop: AbortSignal): Promise<Sample> {
  const { check, target, env, values, secrets } = question;
  const { probe, timeoutMs, below, above } = check;
  switch (probe.kind) {
    case "http": {
      const filled = fillUrl(probe.url, values);
      return filled.ok ? sampleHttp(filled.text, { ...probe, below, above }, stop) : unknown(filled.reason);
    }
    case "tcp": {
      const filled = fillHost(probe.host, values);
      if (!filled.ok) return unknown(filled.reason);
      return sampleTcp({ host: filled.text, port: probe.port }, { below, above }, stop);
    }
    case "prometheus":
      return samplePrometheus({ ...probe, below, above }, { values, env: secrets, timeoutMs }, stop);
    case "run":
      return sampleRun({ ...probe, below, above }, { run, target, env, timeoutMs }, stop);
  }
}
