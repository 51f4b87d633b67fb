import type { Finding } from "../finding.ts";
import type { PlanPath } from "../path.ts";
import type { PlanDocument } from "../schema/plan.ts";

type Login = Readonly<{ bearer?: string | undefined; basic?: string | undefined }>;
type Asking = Readonly<{ prometheus?: Login | undefined }>;

/** A request has one Authorization header. */
export function checkCredentials({ health, preflight, verify }: PlanDocument): Finding[] {
  return [
    ...findTwice(health.checks, ["health", "checks"]),
    ...findTwice(preflight, ["preflight"]),
    ...findTwice(verify, ["verify"]),
  ];
}

function findTwice(checks: readonly Asking[], list: PlanPath): Finding[] {
  return checks.flatMap(({ prometheus }, index) =>
    prometheus?.bearer === undefined || prometheus.basic === undefined
      ? []
      : [twice([...list, index, "prometheus", "basic"])],
  );
}

function twice(path: PlanPath): Finding {
  return {
    code: "credentials-twice",
    path,
    message: "The server is asked with either a bearer token or a user and password, and both are here.",
    hint: "Remove `bearer` or `basic`, whichever the server does not take.",
  };
}
