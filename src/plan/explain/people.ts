import type { PlanDocument } from "../schema/plan.ts";

export type Approval = Readonly<{
  kind: "environment" | "pull-request";
  environment: string | null;
  count: number;
  /** null: whoever the environment or the repository accepts. */
  from: readonly string[] | null;
  not: readonly string[];
}>;

/** What a person must have confirmed before anything begins. */
export type Attestation = Readonly<{
  name: string;
  role: "manager" | "engineers" | "quality" | "security";
  /** Whoever the plan's team names for it. */
  who: readonly string[];
}>;

/** An environment that this version must have passed before. */
export type Requirement = Readonly<{ environment: string; withinMs: number }>;

export function listApprovals({ approvals }: PlanDocument): Approval[] {
  return approvals.map(({ environment, count, from, not }) => {
    const kind = environment === undefined ? "pull-request" : "environment";
    return { kind, environment: environment ?? null, count, from: from ?? null, not };
  });
}

export function listAttestations({ preflight, team }: PlanDocument): Attestation[] {
  return preflight.flatMap(({ name, attest }) =>
    attest === undefined ? [] : [{ name, role: attest, who: team?.[attest] ?? [] }],
  );
}

export function listRequirements({ requires }: PlanDocument): Requirement[] {
  return requires.map(({ environment, within }) => ({ environment, withinMs: within }));
}
