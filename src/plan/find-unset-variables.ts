import type { Finding } from "./finding.ts";
import type { PlanIssue } from "./issue.ts";
import { isVariable, nameOfVariable } from "./name-of-variable.ts";
import type { PlanPath } from "./path.ts";
import { placeInPlan } from "./places.ts";
import type { PlanDocument } from "./schema/plan.ts";

export const PREFIX = "env:";

/** Each `env:NAME` whose variable the run does not have. For the run itself: elsewhere secrets are not to be had. */
export function findUnsetVariables(plan: PlanDocument, isSet: (name: string) => boolean): PlanIssue[] {
  return listReferences(plan)
    .filter(({ text }) => isVariable(text) && !isSet(nameOfVariable(text)))
    .map(({ text, path }) => placeInPlan(plan, unset(nameOfVariable(text), path)))
    .sort((one, other) => one.line - other.line || one.column - other.column);
}

type Reference = Readonly<{ text: string; path: PlanPath }>;

/** Where the plan names a variable instead of a value that does not belong into it. */
export function listReferences({ targets, notify, health, preflight, verify }: PlanDocument): Reference[] {
  const key = targets.ssh?.key;
  const webhooks = (notify?.to ?? []).map(({ webhook }, index) => ({
    text: webhook,
    path: ["notify", "to", index, "webhook"],
  }));
  return [
    ...(key === undefined ? [] : [{ text: key, path: ["targets", "ssh", "key"] }]),
    ...webhooks,
    ...serversOf(health.checks, ["health", "checks"]),
    ...serversOf(preflight, ["preflight"]),
    ...serversOf(verify, ["verify"]),
  ];
}

const ASKED = ["server", "bearer", "basic"] as const;
type Asked = Readonly<{ server: string; bearer?: string | undefined; basic?: string | undefined }>;
type Asking = Readonly<{ prometheus?: Asked | undefined }>;

function serversOf(checks: readonly Asking[], list: PlanPath): Reference[] {
  return checks.flatMap(({ prometheus }, index) =>
    ASKED.flatMap((key) => {
      const text = prometheus?.[key];
      return text === undefined ? [] : [{ text, path: [...list, index, "prometheus", key] }];
    }),
  );
}

function unset(name: string, path: PlanPath): Finding {
  return {
    code: "variable-unset",
    path,
    message: `The variable ${name} is not set here, or is empty.`,
    hint: `Set ${name} where change-deploy runs: in a workflow under \`env\`, from a secret.`,
  };
}
