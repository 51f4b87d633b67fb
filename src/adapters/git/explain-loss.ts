import { ChangeError } from "../../errors.ts";
import type { Lease } from "./lease.ts";
import { describeHolder, readLeaseCommit } from "./lease-record.ts";
import type { Repository } from "./repository.ts";
import type { RefValues } from "./settle.ts";

/** Why a push found other values than ours: the lease has a new holder, or somebody wrote without one. */
export async function explainLoss(
  repository: Repository,
  ours: Readonly<{ lease: Lease; pushed: string; ref: string }>,
  values: RefValues,
): Promise<ChangeError> {
  const { lease, pushed, ref } = ours;
  const moved = values.get(lease.ref);
  if (moved !== undefined && moved !== lease.commit && moved !== pushed) {
    return leaseLost(`${await nameHolder(repository, moved, lease.ref)} has taken over the lease.`);
  }
  return new ChangeError("JOURNAL_CONTESTED", `Another writer moved ${ref}: this process must stop.`, {
    hint: "Look at who else runs this change; `status` shows where it stands.",
  });
}

export function leaseLost(message: string, cause?: ChangeError): ChangeError {
  return new ChangeError("LEASE_LOST", message, {
    cause,
    hint: "Nothing more is started by this process. `status` shows where the change stands; resume goes on.",
  });
}

async function nameHolder(repository: Repository, commit: string, ref: string): Promise<string> {
  try {
    await repository.fetch([ref]);
    const record = await readLeaseCommit(repository, commit, ref);
    return record === "elsewhere" ? "Another process" : describeHolder(record.holder);
  } catch {
    return "Another process";
  }
}
