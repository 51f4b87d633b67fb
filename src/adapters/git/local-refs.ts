import { corrupt } from "./codec.ts";
import { type GitProgram, LOCAL_DEADLINE_MS, runGit } from "./git.ts";
import { type Attempt, type RefUpdate, type RefValues, unreachable } from "./settle.ts";
import { quoteWords } from "./words.ts";

/** References of a repository on this machine. A pattern is a whole name, or a prefix ending in `/`. */
export async function readLocalRefs(git: GitProgram, patterns: readonly string[]): Promise<RefValues> {
  const answer = await runGit(git, {
    args: ["for-each-ref", "--format=%(objectname) %(refname)", ...patterns],
    deadlineMs: LOCAL_DEADLINE_MS,
  });
  const words = quoteWords(answer.stderr);
  // git leaves a damaged reference out of the list: it would look like a journal that never was.
  if (/broken (ref|name)|bad ref|missing object/.test(answer.stderr)) throw corrupt("its reference", words);
  if (answer.code !== 0) throw unreachable("this repository", words);
  return parseRefs(answer.stdout.toString("utf8"), " ");
}

/** One transaction: all of it, or nothing. */
export async function updateLocalRefs(git: GitProgram, updates: readonly RefUpdate[]): Promise<Attempt> {
  const zero = "0".repeat(updates[0]?.to.length ?? 0);
  const lines = updates.map(({ ref, from, to }) => `update ${ref} ${to} ${from ?? zero}\n`);
  return attemptUpdate(git, lines.join(""));
}

/** Writes down what a remote holds, whatever was there before. */
export function mirrorRefs(
  git: GitProgram,
  values: Iterable<readonly [ref: string, id: string]>,
): Promise<Attempt> {
  return attemptUpdate(git, [...values].map(([ref, id]) => `update ${ref} ${id}\n`).join(""));
}

async function attemptUpdate(git: GitProgram, input: string): Promise<Attempt> {
  const answer = await runGit(git, {
    args: ["update-ref", "--no-deref", "-m", "change-deploy", "--stdin"],
    input,
    deadlineMs: LOCAL_DEADLINE_MS,
  });
  if (answer.code === 0) return { kind: "accepted", words: "" };
  return { kind: classify(answer.stderr, answer.timedOut), words: quoteWords(answer.stderr) };
}

function classify(stderr: string, timedOut: boolean): Attempt["kind"] {
  if (timedOut) return "unreachable";
  if (/but expected|reference already exists|unable to resolve reference/.test(stderr)) return "stale";
  return /File exists|Unable to create .*\.lock/.test(stderr) && !/Permission denied|No space/.test(stderr)
    ? "busy"
    : "refused";
}

/** `<id><separator><name>` a line, as for-each-ref and ls-remote print them. */
export function parseRefs(text: string, separator: string): RefValues {
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(
    lines.map((line) => {
      const at = line.indexOf(separator);
      return [line.slice(at + separator.length), line.slice(0, at)] as const;
    }),
  );
}
