import { DEFAULT_PREFIX } from "../adapters/git/names.ts";
import { hideCredentials } from "../adapters/git/words.ts";
import { quoteWord } from "../quote-word.ts";

type Place = Readonly<{ environment: string; journal: string | null; journalPrefix: string | null }>;

/** What names the place on a command line: without the journal's flags, an advised command would look into another. */
export function placeFlags({ environment, journal, journalPrefix }: Place): string {
  const place = journal === null ? "" : ` --journal ${toWord(hideCredentials(journal))}`;
  const isUsual = journalPrefix === null || journalPrefix === DEFAULT_PREFIX;
  const prefix = isUsual ? "" : ` --journal-prefix ${toWord(journalPrefix)}`;
  return `--environment ${toWord(environment)}${place}${prefix}`;
}

function toWord(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : quoteWord(text);
}
