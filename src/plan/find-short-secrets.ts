import { listReferences, PREFIX } from "./find-unset-variables.ts";
import type { Finding } from "./finding.ts";
import type { PlanIssue } from "./issue.ts";
import type { PlanPath } from "./path.ts";
import { placeInPlan } from "./places.ts";
import type { PlanDocument } from "./schema/plan.ts";

/** What is shorter cannot be hidden: masking it would tear ordinary words apart. */
export const SECRET_CHARS_MIN = 4;

/** Each `env:NAME` whose value would show in a log, because it is too short to be masked there. */
export function findShortSecrets(
  plan: PlanDocument,
  valueFor: (name: string) => string | undefined,
): PlanIssue[] {
  return listReferences(plan)
    .filter(({ text }) => text.startsWith(PREFIX))
    .map(({ text, path }) => ({ name: text.slice(PREFIX.length), path }))
    .filter(({ name }) => isShort(valueFor(name) ?? ""))
    .map(({ name, path }) => placeInPlan(plan, tooShort(name, path)))
    .sort((one, other) => one.line - other.line || one.column - other.column);
}

function isShort(value: string): boolean {
  return value !== "" && value.trim().length < SECRET_CHARS_MIN;
}

function tooShort(name: string, path: PlanPath): Finding {
  return {
    code: "secret-too-short",
    path,
    message: `The value of ${name} has fewer than ${SECRET_CHARS_MIN} characters, so it could not be hidden in a log.`,
    hint: `Give ${name} its real value; a secret as short as this protects nothing.`,
  };
}
