import { ChangeError } from "../../errors.ts";
import type { ChangeEvent } from "../../rollout/events.ts";
import { type Link, originOf } from "./codec.ts";
import { type JournalFiles, readHistory } from "./history.ts";
import { changeRef, DEFAULT_PREFIX } from "./names.ts";
import type { Repository } from "./repository.ts";

export type ReadChange = Readonly<{
  ref: string;
  head: string;
  events: readonly ChangeEvent[];
  files: JournalFiles;
}>;

type Environment = Readonly<{ prefix?: string; environment: string }>;
type Place = Environment & Readonly<{ changeId: string }>;

/** What the journal says, without a lease: for looking, not for acting. Throws CHANGE_UNKNOWN. */
export async function readChange(repository: Repository, place: Place): Promise<ReadChange> {
  const ref = changeRef(place.prefix ?? DEFAULT_PREFIX, place.environment, place.changeId);
  const head = (await repository.readRefs([ref])).get(ref);
  if (head === undefined) {
    throw new ChangeError(
      "CHANGE_UNKNOWN",
      `There is no change ${place.changeId} in ${place.environment} at ${repository.name}.`,
      {
        hint: "Check the change id and the environment; status without an id shows the newest one.",
      },
    );
  }
  await repository.fetch([ref]);
  const { events, files } = await readHistory(repository, {
    origin: originOf(place.environment, place.changeId),
    head,
  });
  return { ref, head, events, files };
}

export type ReadStory = Readonly<{
  events: readonly ChangeEvent[];
  /** The inputs of the attempt that starts at this event; null: the journal has none. */
  inputsOf(start: number): string | null;
}>;

/** Journals fetched in one go: whoever reads several mostly needs no more than the first. */
const FETCHED_TOGETHER = 8;

/** Several changes one after another, as far as the caller goes on asking. */
export async function* readStories(
  repository: Repository,
  { prefix = DEFAULT_PREFIX, environment }: Environment,
  changeIds: readonly string[],
): AsyncGenerator<Readonly<{ changeId: string; story: ReadStory | "none" | "damaged" }>> {
  const refOf = (changeId: string) => changeRef(prefix, environment, changeId);
  const heads = changeIds.length === 0 ? new Map() : await repository.readRefs(changeIds.map(refOf));
  for (const [at, changeId] of changeIds.entries()) {
    if (at % FETCHED_TOGETHER === 0) {
      const refs = changeIds.slice(at, at + FETCHED_TOGETHER).map(refOf);
      await repository.fetch(refs.filter((ref) => heads.has(ref)));
    }
    const head: string | undefined = heads.get(refOf(changeId));
    const origin = originOf(environment, changeId);
    yield { changeId, story: head === undefined ? "none" : await readStory(repository, origin, head) };
  }
}

async function readStory(repository: Repository, origin: Link, head: string): Promise<ReadStory | "damaged"> {
  try {
    const inputs: { upTo: number; text: string }[] = [];
    const { events } = await readHistory(repository, { origin, head }, (one) => inputs.push(one));
    return { events, inputsOf: (start) => inputs.find(({ upTo }) => upTo > start)?.text ?? null };
  } catch (error) {
    if (error instanceof ChangeError && error.code === "JOURNAL_CORRUPT") return "damaged";
    throw error;
  }
}
