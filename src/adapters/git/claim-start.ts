import { changeRef, startedRef } from "./names.ts";
import { buildCommit } from "./objects.ts";
import { readFiles } from "./read-files.ts";
import type { Repository } from "./repository.ts";

export type StartClaim = Readonly<{
  prefix: string;
  environment: string;
  changeId: string;
  /** Who starts it: the run, which is the same when it is run again. */
  by: string;
  atMs: number;
}>;

const BY = "Started-By: ";

/**
 * The right to start a change by schedule, which exactly one run gets: the reference is created, or was
 * there already. Repeating it with the same `by` says `ours` again. A change that has a journal, without
 * a claim, was started by a person.
 */
export async function claimStart(
  repository: Repository,
  claim: StartClaim,
): Promise<"ours" | "other" | "has-journal"> {
  const { prefix, environment, changeId, by, atMs } = claim;
  const ref = startedRef(prefix, environment, changeId);
  const journal = changeRef(prefix, environment, changeId);
  const known = await repository.readRefs([ref, journal]);
  if (known.has(ref)) return (await readBy(repository, ref, known.get(ref)!)) === by ? "ours" : "other";
  if (known.has(journal)) return "has-journal";

  const message = `Start ${changeId} in ${environment}\n\n${BY}${by}\n`;
  const commit = buildCommit(repository.hash, {}, { parent: null, author: "change-deploy", atMs, message });
  await repository.write(commit.objects);
  const result = await repository.update([{ ref, from: null, to: commit.id }]);
  if (result.kind === "accepted") return "ours";
  const now = result.values.get(ref);
  return now !== undefined && (await readBy(repository, ref, now)) === by ? "ours" : "other";
}

async function readBy(repository: Repository, ref: string, id: string): Promise<string | null> {
  await repository.fetch([ref]);
  let text = "";
  await readFiles(repository, [id], (content) => {
    text = content?.toString("utf8") ?? "";
  });
  return (
    text
      .split("\n")
      .find((line) => line.startsWith(BY))
      ?.slice(BY.length) ?? null
  );
}
