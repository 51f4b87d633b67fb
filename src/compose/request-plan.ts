import path from "node:path";
import { readHead } from "../adapters/git/read-head.ts";
import { ChangeError } from "../errors.ts";
import type { LoadRequest } from "./load-plan.ts";

const NO_COMMIT_VERSION = "unversioned";

type Given = Readonly<{ environment: string; version: string | null }>;

/** A plan that was named on the command line; the version defaults to the short commit. */
export async function requestPlan(
  plan: string,
  given: Given,
  listTargets: LoadRequest["listTargets"] = null,
): Promise<LoadRequest> {
  const commit = await findCommit(process.cwd());
  const version = given.version ?? commit?.slice(0, 12) ?? NO_COMMIT_VERSION;
  const planPath = path.resolve(plan);
  const isHere = planPath.startsWith(process.cwd() + path.sep);
  const root = isHere ? process.cwd() : path.dirname(planPath);
  return { planPath, root, environment: given.environment, version, commit, listTargets };
}

/** To look at a plan needs no git; what acts on one says by itself that it is missing. */
async function findCommit(cwd: string): Promise<string | null> {
  try {
    return await readHead(cwd);
  } catch (error) {
    if (error instanceof ChangeError && error.code === "GIT_MISSING") return null;
    throw error;
  }
}
