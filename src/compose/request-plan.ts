import path from "node:path";
import { readHead } from "../adapters/git/read-head.ts";
import type { LoadRequest } from "./load-plan.ts";

const NO_COMMIT_VERSION = "unversioned";

type Given = Readonly<{ environment: string; version: string | null }>;

/** A plan that was named on the command line; the version defaults to the short commit. */
export async function requestPlan(
  plan: string,
  given: Given,
  listTargets: LoadRequest["listTargets"] = null,
): Promise<LoadRequest> {
  const commit = await readHead(process.cwd());
  const version = given.version ?? commit?.slice(0, 12) ?? NO_COMMIT_VERSION;
  const planPath = path.resolve(plan);
  const isHere = planPath.startsWith(process.cwd() + path.sep);
  const root = isHere ? process.cwd() : path.dirname(planPath);
  return { planPath, root, environment: given.environment, version, commit, listTargets };
}
