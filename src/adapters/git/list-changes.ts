import { changesPrefix, DEFAULT_PREFIX, parseChangeRef } from "./names.ts";
import { readFiles } from "./read-files.ts";
import type { Repository } from "./repository.ts";

export type ListedChange = Readonly<{
  environment: string;
  changeId: string;
  ref: string;
  head: string;
  /** Of the last flush. */
  atMs: number;
  /** The last flush's subject line. Untrusted text. */
  subject: string;
}>;

/** Newest first, by the date of the last flush. */
export async function listChanges(
  repository: Repository,
  place: Readonly<{ prefix?: string; environment?: string }> = {},
): Promise<readonly ListedChange[]> {
  const prefix = place.prefix ?? DEFAULT_PREFIX;
  const under = place.environment === undefined ? `${prefix}/` : changesPrefix(prefix, place.environment);
  const refs = [...(await repository.readRefs([under]))].flatMap(([ref, head]) => {
    const name = parseChangeRef(prefix, ref);
    return name === null ? [] : [{ ...name, ref, head }];
  });
  await repository.fetch(refs.map(({ ref }) => ref));
  const heads = new Map<string, Pick<ListedChange, "atMs" | "subject">>();
  await readFiles(
    repository,
    refs.map(({ head }) => head),
    (commit, head) => {
      if (commit !== null) heads.set(head, readHeadline(commit.toString("utf8")));
    },
  );
  const listed = refs.flatMap((ref) => {
    const headline = heads.get(ref.head);
    return headline === undefined ? [] : [{ ...ref, ...headline }];
  });
  return listed.sort((a, b) => b.atMs - a.atMs);
}

function readHeadline(commit: string): Pick<ListedChange, "atMs" | "subject"> {
  const end = commit.indexOf("\n\n");
  const date = /^committer .* (\d+) [+-]\d{4}$/m.exec(commit.slice(0, end));
  return { atMs: Number(date?.[1] ?? 0) * 1_000, subject: commit.slice(end + 2).split("\n", 1)[0] ?? "" };
}
