import type { Finding } from "../finding.ts";
import type { PlanPath } from "../path.ts";
import type { Limit } from "../schema/probe.ts";

type Limited = Readonly<{
  name: string;
  http?: unknown;
  tcp?: unknown;
  run?: unknown;
  prometheus?: unknown;
  attest?: unknown;
  below?: Limit | undefined;
  above?: Limit | undefined;
}>;

/** Whether a check's limits fit what it measures, and can be met. */
export function checkLimits(check: Limited, path: PlanPath): Finding[] {
  const found = (["below", "above"] as const).flatMap((key) => checkKind(check, key, path));
  if (found.length > 0) return found;
  return [...checkExpectation(check, path), ...checkRange(check, path)];
}

/** Times are held against durations, everything else against numbers. */
export function checkKind(check: Limited, key: "below" | "above", path: PlanPath): Finding[] {
  const limit = check[key];
  if (limit === undefined) return [];
  if (check.attest !== undefined) return [limitOnAttestation(check.name, [...path, key])];
  const isTime = check.http !== undefined || check.tcp !== undefined;
  if (isTime === "ms" in limit) return [];
  return [
    {
      code: "limit-of-wrong-kind",
      path: [...path, key],
      message: isTime
        ? `The check \`${check.name}\` measures a time, so \`${key}\` must be a duration.`
        : `The check \`${check.name}\` measures a number, so \`${key}\` must be a number.`,
      hint: isTime ? "Write a number and a unit, such as 3s or 100ms." : "Write a plain number, such as 80.",
    },
  ];
}

function limitOnAttestation(name: string, path: PlanPath): Finding {
  return {
    code: "limit-of-wrong-kind",
    path,
    point: "owner",
    message: `A person confirms \`${name}\`, so there is nothing to measure.`,
    hint: "Remove the limit.",
  };
}

/** The other kinds expect something by themselves: a status, a connection, an exit of 0. */
function checkExpectation(check: Limited, path: PlanPath): Finding[] {
  if (check.prometheus === undefined || check.below !== undefined || check.above !== undefined) return [];
  return [
    {
      code: "check-without-limit",
      path,
      point: "owner",
      message: `The check \`${check.name}\` measures a number and says nothing about it.`,
      hint: "Add `below: <number>` or `above: <number>`.",
    },
  ];
}

function checkRange(check: Limited, path: PlanPath): Finding[] {
  const { below, above } = check;
  if (below === undefined || above === undefined || sizeOf(above) < sizeOf(below)) return [];
  return [
    {
      code: "limits-exclude-all",
      path: [...path, "above"],
      message: `No value is above ${sizeOf(above)} and below ${sizeOf(below)}: the check \`${check.name}\` can never be healthy.`,
      hint: "Swap the two, or remove one.",
    },
  ];
}

function sizeOf(limit: Limit): number {
  return "ms" in limit ? limit.ms : limit.value;
}
