import { ChangeError } from "../../errors.ts";
import { type GitAnswer, type GitProgram, runGit } from "./git.ts";
import { parseRefs } from "./local-refs.ts";
import { type Attempt, type RefUpdate, type RefValues, refused, unreachable } from "./settle.ts";
import { quoteWords } from "./words.ts";

/** `address` is what git gets: a remote's name, a URL or an absolute path. `name` is what people are shown. */
export type Remote = Readonly<{ git: GitProgram; address: string; name: string; callMs: number }>;

/** References at the remote. A pattern is a whole name, or a prefix ending in `/`. */
export async function readRemoteRefs(remote: Remote, patterns: readonly string[]): Promise<RefValues> {
  const globs = patterns.map((pattern) => (pattern.endsWith("/") ? `${pattern}*` : pattern));
  const args = ["ls-remote", "--quiet", remote.address, ...globs];
  const answer = await runGit(remote.git, { args, deadlineMs: remote.callMs });
  if (answer.code !== 0) throw explainFailure(remote, answer);
  const found = parseRefs(answer.stdout.toString("utf8"), "\t");
  // ls-remote also lists names that merely end in the pattern.
  const asked = (ref: string) => patterns.some((it) => (it.endsWith("/") ? ref.startsWith(it) : ref === it));
  return new Map([...found].filter(([ref]) => asked(ref)));
}

/** Brings the objects of these references here, and changes no reference. */
export async function fetchObjects(remote: Remote, refs: readonly string[]): Promise<void> {
  const quiet = remote.git.version[0] > 2 || remote.git.version[1] >= 29 ? ["--no-write-fetch-head"] : [];
  const answer = await runGit(remote.git, {
    args: [
      "fetch",
      "--quiet",
      "--no-tags",
      "--no-prune",
      "--no-recurse-submodules",
      "--no-filter",
      ...quiet,
      remote.address,
      ...refs,
    ],
    deadlineMs: remote.callMs * 4,
  });
  if (answer.code !== 0) throw explainFailure(remote, answer);
}

/** One push for all of them: every reference moves from the value that we expect, or none does. */
export async function pushRefs(remote: Remote, updates: readonly RefUpdate[]): Promise<Attempt> {
  const leases = updates.map(({ ref, from }) => `--force-with-lease=${ref}:${from ?? ""}`);
  const refspecs = updates.map(({ ref, to }) => `${to}:${ref}`);
  const quiet = ["--no-verify", "--no-follow-tags", "--no-recurse-submodules", "--no-signed"];
  const args = ["push", "--atomic", "--porcelain", ...quiet, ...leases, remote.address, ...refspecs];
  const answer = await runGit(remote.git, { args, deadlineMs: remote.callMs });
  if (answer.code === 0) return { kind: "accepted", words: "" };
  return { kind: classifyPush(answer), words: wordsOf(answer) };
}

/** `!<TAB>from:to<TAB>summary (reason)` a reference that was not moved. */
function classifyPush(answer: GitAnswer): Attempt["kind"] {
  if (answer.timedOut) return "unreachable";
  const rejected = answer.stdout
    .toString("utf8")
    .split("\n")
    .filter((line) => line.startsWith("!"));
  const said = rejected.join("\n");
  if (/\((stale info|fetch first|non-fast-forward|remote ref updated since checkout)\)/.test(said))
    return "stale";
  // `[remote failure]` is the absence of an answer: the push may have been accepted.
  if (said.includes("[remote failure]")) return "unreachable";
  if (said.includes("[remote rejected]")) {
    return BUSY.test(`${said}\n${answer.stderr}`) ? "busy" : "refused";
  }
  return REFUSED.test(answer.stderr) ? "refused" : "unreachable";
}

/** A lost race or a lock at the server: told apart by looking at the references again. */
const BUSY =
  /cannot lock ref|unable to lock|failed to lock|failed to update ref|reference already exists|incorrect old value|File exists/i;

/** The transport's ways of saying no. Anything else may pass. */
const REFUSED =
  /permission denied|authentication failed|could not read (username|password)|terminal prompts disabled|access denied|denied to|forbidden|returned error: 40[13]|not authorized|repository .*not found|host key verification failed|dubious ownership|does not support --atomic|read-only|service not enabled|is not allowed/i;

/** Waiting does not help: there is nothing at that address. */
const ABSENT =
  /does not appear to be a git repository|not a git repository|no such file or directory|transport .* not allowed|is not a git command/i;

function explainFailure(remote: Remote, answer: GitAnswer): ChangeError {
  const words = wordsOf(answer);
  if (ABSENT.test(answer.stderr)) {
    return new ChangeError("JOURNAL_REFUSED", `There is no journal at ${remote.name}: ${words}.`, {
      hint: "Check the journal's name: a remote of this repository, a URL, a path, or `.` for this repository.",
    });
  }
  return REFUSED.test(answer.stderr) && !answer.timedOut
    ? refused(remote.name, words)
    : unreachable(remote.name, words);
}

function wordsOf(answer: GitAnswer): string {
  const reasons = [...answer.stdout.toString("utf8").matchAll(/^!\t[^\t]*\t(.*)$/gm)].map(
    (it) => it[1] ?? "",
  );
  const words = quoteWords(`${answer.stderr}\n${reasons.join("\n")}`);
  return answer.timedOut ? `no answer in time; ${words}` : words;
}
