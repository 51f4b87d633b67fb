import type { Finding } from "../finding.ts";
import type { PlanPath } from "../path.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { nameStep } from "../steps.ts";

type Named = Readonly<{ name: string; path: PlanPath }>;

/** Records, triggers and people refer to things by name, so a name means one thing. */
export function checkNames(plan: PlanDocument): Finding[] {
  const { before, each, after } = plan.apply;
  return [
    ...[before, each, after].flatMap((steps, index) => {
      const scope = ["before", "each", "after"][index] ?? "";
      const named = steps.map((step, at) => ({ name: nameStep(step, at), path: ["apply", scope, at] }));
      return findRepeated(named, { code: "duplicate-step-name", what: "step" });
    }),
    ...findRepeated(listNamed(plan.health.checks, ["health", "checks"]), {
      code: "duplicate-check-name",
      what: "check",
    }),
    ...findRepeated(listNamed(plan.backups, ["backups"]), { code: "duplicate-backup-name", what: "backup" }),
    ...findRepeated(listNamed(plan.triggers, ["triggers"]), {
      code: "duplicate-trigger-name",
      what: "trigger",
    }),
    ...findRepeated(listNamed(plan.preflight, ["preflight"]), {
      code: "duplicate-check-name",
      what: "check",
    }),
    ...findRepeated(listNamed(plan.verify, ["verify"]), { code: "duplicate-check-name", what: "check" }),
  ];
}

function listNamed(items: readonly { name: string }[], list: PlanPath): Named[] {
  return items.map(({ name }, index) => ({ name, path: [...list, index] }));
}

function findRepeated(named: readonly Named[], { code, what }: { code: string; what: string }): Finding[] {
  const first = new Map<string, number>();
  return named.flatMap(({ name, path }, index) => {
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, index);
    if (earlier === undefined) return [];
    return [
      {
        code,
        path: [...path, "name"],
        message: `There is another ${what} named \`${name}\` in this list (number ${earlier + 1}).`,
        hint: `Give each ${what} a name of its own.`,
      },
    ];
  });
}
