import { createHash } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { ChangeError } from "../../errors.ts";
import { gitEnvironment, withOldSettings } from "./environment.ts";
import { type GitProgram, LOCAL_DEADLINE_MS, runGit } from "./git.ts";
import { Repository } from "./repository.ts";
import type { Patience } from "./settle.ts";
import { hideCredentials, quoteWords } from "./words.ts";

export type RepositoryOptions = Readonly<{
  cwd: string;
  /** A remote's name, a URL, a path, or `.`; null: `origin` where there is one, else this repository. */
  journal: string | null;
  /** Where a private repository is kept for a journal that is elsewhere while `cwd` is in none. */
  stateFolder?: string;
  /** process.env when left out. Also the way to hand git a token's header (GIT_CONFIG_COUNT). */
  env?: Readonly<Record<string, string | undefined>>;
  patience?: Partial<Patience>;
}>;

const OLDEST = [2, 25] as const;
const PATIENCE: Patience = { callMs: 30_000, totalMs: 120_000, firstWaitMs: 250, longestWaitMs: 10_000 };

/** Throws GIT_MISSING, REPOSITORY_MISSING, or INPUT_INVALID for a journal that cannot be one. */
export async function openRepository(options: RepositoryOptions): Promise<Repository> {
  const program = await findGit(options);
  const found = (await findRepository(program, options)) ?? (await makePrivateRepository(program, options));
  const inside = { ...program, gitDir: found.gitDir, cwd: found.gitDir };
  const address = await findAddress(inside, options);
  const git = { ...inside, durable: address === null };
  return new Repository({ git, hash: found.hash, address, patience: { ...PATIENCE, ...options.patience } });
}

async function findGit(options: RepositoryOptions): Promise<GitProgram> {
  if (!existsSync(options.cwd)) throw missing(`The folder ${options.cwd} does not exist.`);
  const env = gitEnvironment(options.env ?? process.env);
  const program: GitProgram = { env, cwd: options.cwd, gitDir: null, version: OLDEST };
  const answer = await runGit(program, { args: ["version"], deadlineMs: LOCAL_DEADLINE_MS });
  const match = /(\d+)\.(\d+)/.exec(answer.stdout.toString("utf8"));
  const [major, minor] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new ChangeError("GIT_MISSING", `git ${major}.${minor} is too old, or is no git.`, {
      hint: `Install git ${OLDEST.join(".")} or newer.`,
    });
  }
  const old = major === 2 && minor < 31;
  return { ...program, version: [major, minor], env: old ? withOldSettings(env) : env };
}

type Found = Readonly<{ gitDir: string; hash: "sha1" | "sha256" }>;

/** The folder shared by all work trees: journals must not vanish with one of them. */
async function findRepository(program: GitProgram, options: RepositoryOptions): Promise<Found | null> {
  const answer = await runGit(program, {
    args: ["rev-parse", "--git-common-dir", "--show-object-format"],
    deadlineMs: LOCAL_DEADLINE_MS,
  });
  if (answer.code === 0) {
    const [folder = "", format] = answer.stdout.toString("utf8").split("\n");
    return { gitDir: resolve(options.cwd, folder), hash: format === "sha256" ? "sha256" : "sha1" };
  }
  if (!/not a git repository/i.test(answer.stderr)) throw distrusted(options.cwd, answer.stderr);
  const elsewhere = options.journal !== null && options.journal !== ".";
  if (elsewhere && options.stateFolder !== undefined) return null;
  throw missing(`${options.cwd} is not inside a git repository.`);
}

function missing(message: string): ChangeError {
  return new ChangeError("REPOSITORY_MISSING", message, {
    hint: "Go to the repository of the change (git init makes one), or name a remote repository for the journal.",
  });
}

/** A container's checkout often belongs to another user than the one who runs there. */
function distrusted(cwd: string, stderr: string): ChangeError {
  return new ChangeError(
    "REPOSITORY_MISSING",
    `git refuses the repository at ${cwd}: ${quoteWords(stderr)}.`,
    {
      hint: `If it belongs to another user on purpose: git config --global --add safe.directory ${cwd}`,
    },
  );
}

async function makePrivateRepository(program: GitProgram, options: RepositoryOptions): Promise<Found> {
  const name = createHash("sha256")
    .update(hideCredentials(options.journal ?? ""))
    .digest("hex")
    .slice(0, 16);
  const gitDir = join(resolve(options.stateFolder ?? ""), "journals", `${name}.git`);
  mkdirSync(gitDir, { recursive: true, mode: 0o700 });
  // Repeating it on an existing repository is safe.
  const args = ["init", "--quiet", "--bare", "--template=", gitDir];
  const answer = await runGit(program, { args, deadlineMs: LOCAL_DEADLINE_MS });
  if (answer.code !== 0)
    throw missing(`No repository could be made in ${gitDir}: ${quoteWords(answer.stderr)}.`);
  return { gitDir, hash: "sha1" };
}

/** What git is given as the remote; null: the repository itself. */
async function findAddress(git: Repository["git"], options: RepositoryOptions): Promise<string | null> {
  if (options.journal === ".") return null;
  const remotes = await readLines(git, ["remote"]);
  const name = options.journal ?? "origin";
  if (remotes.includes(name)) return await findRemoteAddress(git, name);
  if (options.journal === null) return null;
  if (/^[^-].*:/.test(name) && !existsSync(resolve(options.cwd, name))) return name;
  return findPath(git, resolve(options.cwd, name), name);
}

/** A remote is used by its name, for the settings that hang on it, unless git would look from another folder. */
async function findRemoteAddress(git: Repository["git"], name: string): Promise<string> {
  const [url = ""] = await readLines(git, ["remote", "get-url", "--push", name]);
  const relative = !url.includes(":") && !isAbsolute(url);
  return relative ? resolve(git.gitDir.replace(/\/\.git$/, ""), url) : name;
}

function findPath(git: Repository["git"], path: string, name: string): string | null {
  if (path === git.gitDir || join(path, ".git") === git.gitDir) return null;
  if (existsSync(path)) return path;
  throw new ChangeError(
    "INPUT_INVALID",
    `The journal ${hideCredentials(name)} is no remote, URL or folder.`,
    {
      hint: "Name a remote of this repository, a URL, a path, or `.` for this repository itself.",
    },
  );
}

async function readLines(git: GitProgram, args: readonly string[]): Promise<string[]> {
  const answer = await runGit(git, { args, deadlineMs: LOCAL_DEADLINE_MS });
  return answer.stdout
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
}
