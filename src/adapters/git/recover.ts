import { ChangeError } from "../../errors.ts";
import type { Entry } from "./codec.ts";
import type { History } from "./history.ts";
import type { WriteAheadContent } from "./write-ahead-file.ts";

export type Recovered = Readonly<{
  /** Events that only the write-ahead file has, in order; they continue the journal. */
  tail: readonly Entry[];
  /** Events that a process recorded after another one had taken over. Never replayed. */
  lost: readonly Entry[];
  writeAhead: "found" | "missing" | "none";
}>;

/** What the write-ahead file adds to the journal. `path` names it in errors. */
export function recover(history: History, found: WriteAheadContent | null, path: string): Recovered {
  if (found === null) return { tail: [], lost: [], writeAhead: isSettled(history) ? "none" : "missing" };
  const last = history.links.length - 1;
  if (history.links[found.base.seq]?.sum !== found.base.sum) throw rewound(history, found, path);
  const shared = found.entries.filter(({ seq, sum }) => history.links[seq]?.sum === sum).length;
  const unshared = found.entries.slice(shared);
  const continues = found.base.seq + shared === last;
  if (continues && found.isBehind && !isSettled(history))
    return { tail: unshared, lost: [], writeAhead: "missing" };
  if (continues)
    return {
      tail: unshared,
      lost: [],
      writeAhead: unshared.length > 0 || !isSettled(history) ? "found" : "none",
    };
  return { tail: [], lost: unshared, writeAhead: isSettled(history) ? "none" : "missing" };
}

/** Nothing can be lost of a journal that never began, or whose writer said that it was done. */
function isSettled(history: History): boolean {
  const last = history.events.findLast(({ kind }) => kind !== "reported");
  return last === undefined || last.kind === "finished" || last.kind === "interrupted";
}

/** The base was acknowledged. A journal without it was rewritten, restored from an old copy, or deleted. */
function rewound(history: History, found: WriteAheadContent, path: string): ChangeError {
  return new ChangeError(
    "JOURNAL_CORRUPT",
    `The journal ends at event ${history.links.length - 1} or differs there, although this machine saw it accept event ${found.base.seq}.`,
    {
      hint: `Restore the journal's reference from a clone that has it. If it was removed on purpose, delete ${path}.`,
    },
  );
}
