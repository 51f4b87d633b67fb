import type { Finding } from "../finding.ts";
import type { PlanPath } from "../path.ts";
import type { HealthCheck } from "../schema/health.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { checkKind } from "./limits.ts";
import { hintForName } from "./nearest-name.ts";

/** Whether each trigger can ever fire, and do what it says. */
export function checkTriggers(plan: PlanDocument): Finding[] {
  const found: Finding[] = [];
  for (const [index, trigger] of plan.triggers.entries()) {
    // Each wrong name is compared with all the right ones; nobody reads so many hints.
    if (found.length >= FINDINGS_MAX) break;
    const path = ["triggers", index];
    found.push(...checkCondition(plan, trigger, [...path, "when"]), ...checkRestore(plan, trigger, path));
  }
  return found;
}

const FINDINGS_MAX = 100;

type Trigger = PlanDocument["triggers"][number];
type Condition = Trigger["when"];

function checkCondition({ health }: PlanDocument, { name, when }: Trigger, path: PlanPath): Finding[] {
  if (when.check === undefined) return checkCounting(when, path);
  const check = health.checks.find((other) => other.name === when.check);
  if (check !== undefined) return checkMeasure({ name, when, check }, path);
  const names = health.checks.map((other) => other.name);
  return [
    {
      code: "unknown-check",
      path: [...path, "check"],
      message: `\`health.checks\` has no check named \`${when.check}\`.`,
      hint: hintForName(when.check, names, "Add the check to `health.checks`."),
    },
  ];
}

const MEASURES = ["above", "below", "worse-by"] as const;

/** The counted issues are held against `more-than` alone. */
function checkCounting(when: Condition, path: PlanPath): Finding[] {
  const unused = ([...MEASURES, "share"] as const).filter((key) => when[key] !== undefined);
  if (when["more-than"] === undefined) {
    return [
      {
        code: "more-than-missing",
        path,
        point: "owner",
        message: "Nothing says how many issues are too many.",
        hint: "Add `more-than: <number>`; `more-than: 0` fires at the first.",
      },
    ];
  }
  return unused.map((key) => unusedKey(key, "a number of issues", path));
}

type Measuring = Readonly<{ name: string; when: Condition; check: HealthCheck }>;

function checkMeasure({ name, when, check }: Measuring, path: PlanPath): Finding[] {
  const given = MEASURES.filter((key) => when[key] !== undefined);
  const second = given[1];
  if (second !== undefined) return [severalMeasures(given, [...path, second])];
  const limited = { ...check, below: when.below, above: when.above };
  return [
    ...checkKind(limited, "above", path),
    ...checkKind(limited, "below", path),
    ...(when["worse-by"] !== undefined && check.baseline === undefined ? [withoutBaseline(check, path)] : []),
    ...(when.share !== undefined && check.scope === "service" ? [shareOfService(name, check, path)] : []),
    ...(when["more-than"] === undefined ? [] : [unusedKey("more-than", "a check", path)]),
  ];
}

function unusedKey(key: string, what: string, path: PlanPath): Finding {
  return {
    code: "trigger-key-unused",
    path: [...path, key],
    point: "owner",
    message: `\`${key}\` means nothing for ${what}.`,
    hint: "Remove it, or write a trigger of its own for it.",
  };
}

function severalMeasures(given: readonly string[], path: PlanPath): Finding {
  return {
    code: "trigger-measures-several",
    path,
    point: "owner",
    message: `${given.map((key) => `\`${key}\``).join(" and ")} in one trigger leave open whether one or all of them must hold.`,
    hint: "Write a trigger for each.",
  };
}

function withoutBaseline({ name }: HealthCheck, path: PlanPath): Finding {
  return {
    code: "worse-by-without-baseline",
    path: [...path, "worse-by"],
    point: "owner",
    message: `The check \`${name}\` has no baseline to be worse than.`,
    hint: "Give the check `baseline: <duration>`, such as `baseline: 10m`, or write `above` or `below` here.",
  };
}

function shareOfService(trigger: string, { name }: HealthCheck, path: PlanPath): Finding {
  return {
    code: "share-of-service-check",
    path: [...path, "share"],
    point: "owner",
    message: `The check \`${name}\` is asked once for the whole service, so \`${trigger}\` has no share of targets to count.`,
    hint: "Remove `share`, or let the check ask each target.",
  };
}

function checkRestore({ backups }: PlanDocument, { restore = [] }: Trigger, path: PlanPath): Finding[] {
  return restore.flatMap((name, index) => {
    const place = [...path, "restore", index];
    const backup = backups.find((other) => other.name === name);
    if (backup === undefined) {
      const names = backups.map((other) => other.name);
      return [
        {
          code: "unknown-backup",
          path: place,
          message: `\`backups\` has none named \`${name}\`.`,
          hint: hintForName(name, names, "Add the backup to `backups`."),
        },
      ];
    }
    return backup.restore === undefined ? [withoutRestore(name, place)] : [];
  });
}

function withoutRestore(name: string, path: PlanPath): Finding {
  return {
    code: "backup-without-restore",
    path,
    message: `The backup \`${name}\` has no command that restores it.`,
    hint: "Give the backup `restore: <a command that puts it back>`.",
  };
}
