import type { Change } from "../plan/change.ts";
import { findNearest } from "../plan/nearest.ts";
import { hintForName } from "../plan/rules/nearest-name.ts";
import { DurationOrZero } from "../plan/schema/duration.ts";
import type { ScriptedFault } from "../rehearsal/faults.ts";
import { COMMANDS } from "../report/commands.ts";
import { refuse } from "./refuse.ts";

/** The flags of `rehearse` as they were given. */
export type RehearsalFlags = Readonly<{
  fail: readonly string[];
  unhealthy: readonly string[];
  trigger: readonly string[];
  crash: readonly string[];
  answer: readonly string[];
}>;

const EVENTS_MAX = 1_000_000_000;

/** What is to happen. Throws INPUT_INVALID, with the nearest name, for what the change does not have. */
export function readScript(flags: RehearsalFlags, change: Change): readonly ScriptedFault[] {
  return [
    ...flags.fail.map((text) => readFailure(text, change)),
    ...flags.unhealthy.map((text) => readIllness(text, change)),
    ...flags.trigger.map((text) => readTrigger(text, change)),
    ...flags.crash.map(readCrash),
    ...flags.answer.map(readAnswer),
  ];
}

function readFailure(text: string, change: Change): ScriptedFault {
  const isTarget = (name: string) => change.targets.some((target) => target.name === name);
  const colon = text.lastIndexOf(":");
  if (isTarget(text) || colon < 0) return { kind: "fail", target: knownTarget(text, change), step: null };
  const [target, step] = [text.slice(0, colon), text.slice(colon + 1)];
  const steps = change.apply.each.map(({ name }) => name);
  return {
    kind: "fail",
    target: knownTarget(target, change),
    step: known(step, steps, "step in `apply.each`"),
  };
}

function readIllness(text: string, change: Change): ScriptedFault {
  const { name, afterMs } = readMoment(text, "--unhealthy web-03@2m");
  if (change.health.checks.length === 0) {
    throw refuse(
      "--unhealthy has nothing to show: no health check asks the targets.",
      "See `health.checks`.",
    );
  }
  return { kind: "unhealthy", target: knownTarget(name, change), afterMs };
}

function readTrigger(text: string, change: Change): ScriptedFault {
  const { name, afterMs } = readMoment(text, "--trigger overload@10m");
  const names = change.triggers.map((trigger) => trigger.name);
  return { kind: "trigger", trigger: known(name, names, "trigger"), afterMs, forMs: null };
}

function readCrash(text: string): ScriptedFault {
  const afterEvents = /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : 0;
  if (afterEvents < 1 || afterEvents > EVENTS_MAX) {
    throw refuse(`--crash ${text} is no number of events.`, "Write --crash 12 for after the twelfth.");
  }
  return { kind: "crash", afterEvents };
}

function readAnswer(text: string): ScriptedFault {
  const all = COMMANDS.map(({ name }) => name);
  const command = all.find((name) => name === text);
  if (command !== undefined) return { kind: "answer", command };
  const meant = findNearest(text, all);
  const hint = meant === null ? `Write one of ${all.join(", ")}.` : `Did you mean \`${meant}\`?`;
  throw refuse(`--answer ${text} answers nothing.`, hint);
}

/** `NAME@DURATION`; from the start where there is none. */
function readMoment(text: string, example: string): Readonly<{ name: string; afterMs: number }> {
  const sign = text.lastIndexOf("@");
  if (sign < 0) return { name: text, afterMs: 0 };
  const read = DurationOrZero.safeParse(text.slice(sign + 1));
  if (!read.success) {
    throw refuse(`${text.slice(sign + 1)} is no time after the start.`, `Write it as ${example}.`);
  }
  return { name: text.slice(0, sign), afterMs: read.data };
}

function knownTarget(name: string, { targets }: Change): string {
  return known(
    name,
    targets.map((target) => target.name),
    "target",
  );
}

function known(name: string, names: readonly string[], what: string): string {
  if (names.includes(name)) return name;
  throw refuse(
    `The plan has no ${what} named \`${name}\`.`,
    hintForName(name, names, "There is none at all."),
  );
}
