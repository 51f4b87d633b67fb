import type { PlanPath } from "./path.ts";
import type { PlanDocument } from "./schema/plan.ts";
import { listSteps } from "./steps.ts";

/** What a command is run for, which decides what its environment holds besides CHANGE_ID and its kin. */
export type Place = "target" | "updating" | "backup" | "once";

export type PlacedScript = Readonly<{
  text: string;
  path: PlanPath;
  /** As a sentence begins with it. */
  what: string;
  place: Place;
}>;

/** Every command of the plan. */
export function listScripts(plan: PlanDocument): PlacedScript[] {
  return [
    ...listTargetScripts(plan),
    ...listStepScripts(plan),
    ...listCheckScripts(plan),
    ...listSideScripts(plan),
  ];
}

type Texts = Readonly<Record<string, string | undefined>>;

function scriptsOf(texts: Texts, at: Omit<PlacedScript, "text">): PlacedScript[] {
  return Object.entries(texts).flatMap(([key, text]) =>
    text === undefined ? [] : [{ ...at, text, path: [...at.path, key] }],
  );
}

function listTargetScripts({ targets, strategy, team }: PlanDocument): PlacedScript[] {
  const { run, version, groups = {} } = targets;
  const once = { what: "The command", place: "once" } as const;
  const active = strategy["blue-green"]?.active;
  return [
    ...scriptsOf({ run }, { ...once, path: ["targets"] }),
    ...scriptsOf({ version }, { what: "The command", place: "target", path: ["targets"] }),
    ...Object.entries(groups).flatMap(([name, group]) =>
      scriptsOf({ run: group.run }, { ...once, path: ["targets", "groups", name] }),
    ),
    ...scriptsOf({ active }, { ...once, path: ["strategy", "blue-green"] }),
    ...(team?.contacts ?? []).flatMap(({ test }, index) =>
      scriptsOf({ run: test?.run }, { ...once, path: ["team", "contacts", index, "test"] }),
    ),
  ];
}

function listStepScripts(plan: PlanDocument): PlacedScript[] {
  return listSteps(plan).flatMap(({ step, name, path, scope }) => {
    const place = scope === "each" ? "updating" : "once";
    return scriptsOf({ run: step.run, undo: step.undo }, { what: `The step \`${name}\``, place, path });
  });
}

function listCheckScripts({ health, preflight, verify }: PlanDocument): PlacedScript[] {
  return [
    ...health.checks.flatMap(({ name, run, scope }, index) => {
      const place = scope === "service" ? "once" : "updating";
      return scriptsOf({ run }, { what: `The check \`${name}\``, place, path: ["health", "checks", index] });
    }),
    ...preflight.flatMap(({ name, run, on }, index) => {
      const place = on === "targets" ? "target" : "once";
      return scriptsOf({ run }, { what: `The check \`${name}\``, place, path: ["preflight", index] });
    }),
    ...verify.flatMap(({ name, run, on }, index) => {
      const place = on === "targets" ? "updating" : "once";
      return scriptsOf({ run }, { what: `The check \`${name}\``, place, path: ["verify", index] });
    }),
  ];
}

function listSideScripts({ backups, prepare, triggers }: PlanDocument): PlacedScript[] {
  return [
    ...backups.flatMap(({ name, run, verify, keep, fetch, restore }, index) => {
      const at = { what: `The backup \`${name}\``, place: "backup", path: ["backups", index] } as const;
      return scriptsOf({ run, verify, keep, fetch, restore }, at);
    }),
    ...prepare.flatMap(({ run, finally: last, on }, index) => {
      const place = on === "targets" ? "target" : "once";
      return scriptsOf({ run, finally: last }, { what: "The preparation", place, path: ["prepare", index] });
    }),
    ...triggers.flatMap(({ respond = [] }, index) =>
      respond.flatMap(({ run, on }, at) => {
        const place = on === "targets" ? "updating" : "once";
        return scriptsOf({ run }, { what: "The response", place, path: ["triggers", index, "respond", at] });
      }),
    ),
  ];
}
