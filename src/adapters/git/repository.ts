import { ChangeError } from "../../errors.ts";
import { type GitProgram, LOCAL_DEADLINE_MS, runGit } from "./git.ts";
import { mirrorRefs, readLocalRefs, updateLocalRefs } from "./local-refs.ts";
import { type GitObject, type HashName, packObjects } from "./objects.ts";
import { fetchObjects, pushRefs, type Remote, readRemoteRefs } from "./remote-refs.ts";
import {
  type Patience,
  persist,
  type RefStore,
  type RefUpdate,
  type RefValues,
  settleUpdate,
  type UpdateResult,
} from "./settle.ts";
import { hideCredentials, quoteWords } from "./words.ts";

const REFS_PER_FETCH = 200;

/** A git repository on this machine, and the place that holds its journals: itself, or a remote. */
export class Repository {
  readonly git: GitProgram & Readonly<{ gitDir: string }>;
  readonly hash: HashName;
  /** The journal's place, fit to be shown. */
  readonly name: string;
  readonly #remote: Remote | null;
  readonly patience: Patience;
  /** Nothing is at stake yet when reading fails: whoever is offline shall hear of it soon. */
  readonly #readingPatience: Patience;

  constructor(
    parts: Readonly<{ git: Repository["git"]; hash: HashName; address: string | null; patience: Patience }>,
  ) {
    const { git, address, patience } = parts;
    this.git = git;
    this.hash = parts.hash;
    this.patience = patience;
    this.#readingPatience = { ...patience, totalMs: patience.totalMs / 4 };
    this.name = address === null ? "this repository" : hideCredentials(address);
    this.#remote = address === null ? null : { git, address, name: this.name, callMs: patience.callMs };
  }

  get isRemote(): boolean {
    return this.#remote !== null;
  }

  /** The journal's references. A pattern is a whole name, or a prefix ending in `/`. */
  readRefs(patterns: readonly string[]): Promise<RefValues> {
    const remote = this.#remote;
    if (remote === null) return readLocalRefs(this.git, patterns);
    return persist(this.#readingPatience, () => readRemoteRefs(remote, patterns));
  }

  /** Makes the objects of these references readable here. No reference changes. */
  async fetch(refs: readonly string[]): Promise<void> {
    const remote = this.#remote;
    if (remote === null) return;
    // A command line holds only so much.
    for (let from = 0; from < refs.length; from += REFS_PER_FETCH) {
      const some = refs.slice(from, from + REFS_PER_FETCH);
      await persist(this.#readingPatience, () => fetchObjects(remote, some));
    }
  }

  /** Writes the objects here; nothing refers to them yet. */
  async write(objects: readonly GitObject[]): Promise<void> {
    const answer = await runGit(this.git, {
      args: ["unpack-objects", "-q", "--strict"],
      input: packObjects(this.hash, objects),
      deadlineMs: LOCAL_DEADLINE_MS,
    });
    if (answer.code !== 0) throw unwritable(this.git.gitDir, quoteWords(answer.stderr));
  }

  /** All of them from the expected values, or none. What a remote accepted is also to be seen here. */
  async update(updates: readonly RefUpdate[]): Promise<UpdateResult> {
    const result = await settleUpdate(this.#store, updates, this.patience);
    if (result.kind === "accepted") await this.mirror(updates.map(({ ref, to }) => [ref, to] as const));
    return result;
  }

  /** The local copy is a convenience (`git log`): failing to keep it fails nothing. */
  async mirror(values: readonly (readonly [ref: string, id: string])[]): Promise<void> {
    if (this.#remote !== null && values.length > 0) await mirrorRefs(this.git, values);
  }

  /** The local copies of what a remote holds. */
  readMirror(patterns: readonly string[]): Promise<RefValues> {
    return readLocalRefs(this.git, patterns);
  }

  get #store(): RefStore {
    const remote = this.#remote;
    return {
      name: this.name,
      attempt: (updates) =>
        remote === null ? updateLocalRefs(this.git, updates) : pushRefs(remote, updates),
      read: (refs) => (remote === null ? readLocalRefs(this.git, refs) : readRemoteRefs(remote, refs)),
    };
  }
}

function unwritable(gitDir: string, words: string): ChangeError {
  return new ChangeError(
    "JOURNAL_LOCAL",
    `The repository ${gitDir} cannot be written: ${words || "no answer in time"}.`,
    {
      hint: "Check its permissions and the disk space, then resume.",
    },
  );
}
