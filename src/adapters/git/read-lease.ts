import { type LeaseRecord, readLeaseCommit } from "./lease-record.ts";
import { DEFAULT_PREFIX, leaseRef } from "./names.ts";
import type { Repository } from "./repository.ts";

type Place = Readonly<{ prefix?: string; environment: string }>;

/** Who works on the environment, or did last; null: nobody ever did. */
export async function readLease(repository: Repository, place: Place): Promise<LeaseRecord | null> {
  const ref = leaseRef(place.prefix ?? DEFAULT_PREFIX, place.environment);
  const commit = (await repository.readRefs([ref])).get(ref);
  if (commit === undefined) return null;
  await repository.fetch([ref]);
  const record = await readLeaseCommit(repository, commit, ref);
  return record === "elsewhere" ? null : record;
}
