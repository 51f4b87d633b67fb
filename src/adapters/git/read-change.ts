import { ChangeError } from "../../errors.ts";
import type { ChangeEvent } from "../../rollout/events.ts";
import { originOf } from "./codec.ts";
import { type JournalFiles, readHistory } from "./history.ts";
import { changeRef, DEFAULT_PREFIX } from "./names.ts";
import type { Repository } from "./repository.ts";

export type ReadChange = Readonly<{
  ref: string;
  head: string;
  events: readonly ChangeEvent[];
  files: JournalFiles;
}>;

type Place = Readonly<{ prefix?: string; environment: string; changeId: string }>;

/** What the journal says, without a lease: for looking, not for acting. Throws CHANGE_UNKNOWN. */
export async function readChange(repository: Repository, place: Place): Promise<ReadChange> {
  const ref = changeRef(place.prefix ?? DEFAULT_PREFIX, place.environment, place.changeId);
  const head = (await repository.readRefs([ref])).get(ref);
  if (head === undefined) {
    throw new ChangeError(
      "CHANGE_UNKNOWN",
      `There is no change ${place.changeId} in ${place.environment} at ${repository.name}.`,
      {
        hint: "Check the change id and the environment; status without an id lists what there is.",
      },
    );
  }
  await repository.fetch([ref]);
  const { events, files } = await readHistory(repository, originOf(place.environment, place.changeId), head);
  return { ref, head, events, files };
}
