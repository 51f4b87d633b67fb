import { ChangeError } from "../errors.ts";
import type { ActionInputs } from "../inputs.ts";
import type { Env } from "../run-context.ts";
import { readTextFile } from "./read-file.ts";

/** GitHub's own bound for what a webhook delivers. */
const EVENT_BYTES_MAX = 25 * 1024 * 1024;

type Repo = Readonly<{ full_name?: unknown }> | null | undefined;
type Payload = Readonly<{
  repository?: Repo;
  pull_request?: Readonly<{ head?: Readonly<{ repo?: Repo }> }>;
  workflow_run?: Readonly<{ head_repository?: Repo }>;
}>;

/**
 * What comes from a fork was not written by anybody whom the repository trusts, so nothing of it may act; only
 * `validate`, which reads. Throws INPUT_INVALID. Without a readable event there is none from a fork.
 */
export async function refuseForkContent({ phase }: ActionInputs, env: Env): Promise<void> {
  if (phase === "validate" || !isFromFork(await readEvent(env))) return;
  throw new ChangeError("INPUT_INVALID", `\`phase: ${phase}\` does not run for a pull request from a fork.`, {
    hint: "Only `phase: validate` does. Carry a change out from a branch or tag of the repository itself.",
  });
}

/** A head whose repository is missing was a fork that has been deleted. */
export function isFromFork(payload: unknown): boolean {
  if (typeof payload !== "object" || payload === null) return false;
  const { repository, pull_request, workflow_run } = payload as Payload;
  const heads = [
    ...(pull_request?.head === undefined ? [] : [pull_request.head.repo]),
    ...(workflow_run === undefined || workflow_run === null ? [] : [workflow_run.head_repository]),
  ];
  const own = String(repository?.full_name ?? "").toLowerCase();
  return heads.some((head) => String(head?.full_name ?? "").toLowerCase() !== own || own === "");
}

async function readEvent(env: Env): Promise<unknown> {
  const file = env.GITHUB_EVENT_PATH ?? "";
  if (file === "") return null;
  try {
    return JSON.parse(await readTextFile(file, { what: "event", bytesMax: EVENT_BYTES_MAX }));
  } catch {
    return null;
  }
}
