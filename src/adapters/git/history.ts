import { ChangeError } from "../../errors.ts";
import type { ChangeEvent } from "../../rollout/events.ts";
import { corrupt, decodeLines, type Link } from "./codec.ts";
import { LOCAL_DEADLINE_MS, runGit } from "./git.ts";
import { readFiles } from "./read-files.ts";
import type { Repository } from "./repository.ts";
import { quoteWords } from "./words.ts";

export const EVENTS_FILE = "events.jsonl";
const PLAN_FILE = "plan.yaml";
const INPUTS_FILE = "inputs.json";

export type JournalFiles = Readonly<{ plan: string | null; inputs: string | null }>;

export type History = Readonly<{
  head: string | null;
  events: readonly ChangeEvent[];
  /** The place after each event, from the origin on: `links[n].seq` is n. */
  links: readonly Link[];
  files: JournalFiles;
}>;

/** Each attempt brings inputs of its own, with a commit whose last event is the one before `upTo`. */
type OnInputs = (inputs: Readonly<{ upTo: number; text: string }>) => void;

/**
 * Everything that the commits up to `head` say, checked. The objects have to be in this repository. The last
 * inputs are kept; whoever needs the earlier ones too takes them as they come by, for they may be large.
 */
export async function readHistory(
  repository: Repository,
  { origin, head }: Readonly<{ origin: Link; head: string | null }>,
  onInputs: OnInputs = () => {},
): Promise<History> {
  const links: Link[] = [origin];
  const events: ChangeEvent[] = [];
  const files = new Map<string, string>();
  const takeEvents = (content: Buffer, place: string) => {
    const { entries, rest } = decodeLines(content, links.at(-1) ?? origin, place);
    if (rest.length > 0) throw corrupt(place, "its last line is cut short");
    for (const { seq, sum, event } of entries) {
      links.push({ seq, sum });
      events.push(event);
    }
  };
  await readFiles(repository, await listFiles(repository, head), (content, name) => {
    const file = name.slice(name.indexOf(":") + 1);
    if (file === EVENTS_FILE) takeEvents(content ?? missing(name), name);
    else if (content !== null) files.set(file, content.toString("utf8"));
    if (file === INPUTS_FILE && content !== null) onInputs({ upTo: events.length, text: files.get(file)! });
  });
  return {
    head,
    events,
    links,
    files: { plan: files.get(PLAN_FILE) ?? null, inputs: files.get(INPUTS_FILE) ?? null },
  };
}

/** Oldest commit first. */
async function listFiles(repository: Repository, head: string | null): Promise<string[]> {
  if (head === null) return [];
  const args = ["rev-list", "--reverse", "--first-parent", head, "--"];
  const answer = await runGit(repository.git, { args, deadlineMs: LOCAL_DEADLINE_MS });
  if (answer.timedOut)
    throw new ChangeError("JOURNAL_UNREACHABLE", "Listing the journal's commits took too long.");
  if (answer.code !== 0) throw corrupt(`commit ${head}`, quoteWords(answer.stderr));
  const commits = answer.stdout
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
  return commits.flatMap((commit) =>
    [EVENTS_FILE, PLAN_FILE, INPUTS_FILE].map((file) => `${commit}:${file}`),
  );
}

function missing(name: string): never {
  throw corrupt(name, "the commit holds no events");
}
