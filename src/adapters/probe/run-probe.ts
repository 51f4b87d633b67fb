import type { Probe, Target } from "../../plan/change.ts";
import type { CommandCall, CommandResult, Commands } from "../../ports.ts";
import { lastNumber } from "./last-number.ts";
import { judgeValue, type Limits, type Sample, unhealthy, unknown } from "./sample.ts";

/** What a shell says when it could not run a command at all. */
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;
const DETAIL_CHARS_MAX = 500;

export type RunOrder = Readonly<{
  run: Commands["run"];
  /** null: for the service as a whole, on the runner. */
  target: Target | null;
  env: CommandCall["env"];
  timeoutMs: number;
}>;
export type RunProbe = Extract<Probe, { kind: "run" }>;

/** The command's exit says yes or no; with limits, the last number that it prints does. */
export async function sampleRun(
  probe: RunProbe & Limits,
  order: RunOrder,
  stop: AbortSignal,
): Promise<Sample> {
  const { run, target, env, timeoutMs } = order;
  const { command: script, on } = probe;
  const result = await run({ id: null, target, on, script, env, timeoutMs, label: null }, stop);
  const { ending } = result;
  switch (ending.kind) {
    case "exited":
      return judgeExit(ending.code, result, probe);
    case "signalled":
      return unknown(`the check was ended by ${ending.signal}`);
    case "timed-out":
      return unknown(`the check did not end within ${timeoutMs} ms`);
    case "cancelled":
      return unknown("cancelled");
    case "not-started":
      return unknown(`the check could not be started: ${ending.reason}`);
    case "lost":
      return unknown(ending.reason);
  }
}

function judgeExit(code: number, { stdout, tail }: CommandResult, limits: Limits): Sample {
  const said = lastLineOf(tail);
  const detail = said === "" ? `exit ${code}` : `exit ${code}: ${said}`;
  if (code === NOT_FOUND || code === NOT_EXECUTABLE) return unknown(detail);
  if (code !== 0) return unhealthy(detail);
  if (limits.below === null && limits.above === null) return { verdict: "healthy", value: null, detail };
  const value = lastNumber(stdout);
  return value === null
    ? unknown("the check printed no number")
    : judgeValue(value, limits, `measured ${value}`);
}

function lastLineOf(tail: string): string {
  const line = tail.trimEnd().split("\n").at(-1) ?? "";
  return line.slice(0, DETAIL_CHARS_MAX);
}
