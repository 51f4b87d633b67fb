import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readChange } from "../../../src/adapters/git/read-change.ts";
import {
  BARE_ENV,
  baked,
  expectCode,
  git,
  makeClone,
  makeFolder,
  makeRemote,
  makeRepository,
  open,
  openAt,
  readBack,
  writeHook,
} from "./setup.ts";

const REF = "refs/change-deploy/production/changes/CHG-1";

async function writeOne(cwd: string, options: Parameters<typeof openAt>[1] = {}): Promise<void> {
  const { journal } = await open(await openAt(cwd, options));
  await journal.append([baked(1)]);
  await journal.close();
}

const hasJournal = (folder: string) => git(folder, "for-each-ref", REF) !== "";

describe("the journal's place", () => {
  it("is the repository itself where there is no origin", async () => {
    const folder = makeRepository();
    mkdirSync(join(folder, "deep", "er"), { recursive: true });
    await writeOne(join(folder, "deep", "er"));
    expect(hasJournal(folder)).toBe(true);
    expect((await openAt(folder)).name).toBe("this repository");
  });

  it("is origin where there is one, with a copy in the repository", async () => {
    const { remote, clones } = makeRemote();
    await writeOne(clones[0]!);
    expect(git(clones[0]!, "rev-parse", REF)).toBe(git(remote, "rev-parse", REF));
  });

  it("is what was named: this repository, a remote, a path, a relative path, a URL", async () => {
    const { remote, clones } = makeRemote();
    const [clone] = clones as [string];
    await writeOne(clone, { journal: "." });
    expect([hasJournal(clone), hasJournal(remote)]).toEqual([true, false]);

    for (const name of [
      (it: string) => it,
      (it: string) => `file://${it}`,
      (it: string) => `../${it.split("/").slice(-2).join("/")}`,
    ]) {
      const other = makeRemote().remote;
      await writeOne(makeRepository(), { journal: name(other) });
      expect(hasJournal(other), name(other)).toBe(true);
    }
    const named = makeRemote().remote;
    const folder = makeRepository();
    git(folder, "remote", "add", "records", named);
    await writeOne(folder, { journal: "records" });
    expect(hasJournal(named)).toBe(true);
  });

  it("is found when origin's address is relative", async () => {
    const { remote } = makeRemote();
    const folder = makeClone(`../${remote.split("/").slice(-2).join("/")}`);
    await writeOne(folder);
    expect(hasJournal(remote)).toBe(true);
  });

  it("may be remote while nobody stands in a repository: a private one is kept", async () => {
    const { remote } = makeRemote();
    const options = { journal: `file://${remote}`, stateFolder: makeFolder() };
    const outside = makeFolder();
    await writeOne(outside, options);
    expect(
      await readChange(await openAt(outside, options), { environment: "production", changeId: "CHG-1" }),
    ).toMatchObject({
      events: [baked(1)],
    });
    expect(existsSync(join(outside, ".git"))).toBe(false);
    expect(statSync(join(options.stateFolder, "journals")).mode & 0o777).toBe(0o700);
  });

  it("is shared by the work trees of a repository, and outlives them", async () => {
    const folder = makeRepository();
    git(folder, "-c", "user.name=x", "-c", "user.email=x", "commit", "--allow-empty", "-qm", "x");
    const tree = join(makeFolder(), "tree");
    git(folder, "worktree", "add", "-q", tree);
    await writeOne(tree);
    expect(hasJournal(folder)).toBe(true);
    expect(existsSync(join(folder, ".git", "change-deploy", "production", "CHG-1"))).toBe(true);
  });

  it("may be a bare repository, or one with SHA-256", async () => {
    for (const flags of [["--bare"], ["--object-format=sha256"]]) {
      const folder = makeFolder();
      git(folder, "init", "-q", ...flags);
      await writeOne(folder);
      expect(hasJournal(folder)).toBe(true);
      expect(git(folder, "fsck", "--strict", "--no-dangling")).toBe("");
    }
  });

  it("is refused with a hint where there is none", async () => {
    const outside = makeFolder();
    await expectCode(openAt(outside), "REPOSITORY_MISSING");
    await expectCode(openAt(outside, { journal: ".", stateFolder: makeFolder() }), "REPOSITORY_MISSING");
    const error = await expectCode(openAt(join(outside, "nowhere")), "REPOSITORY_MISSING");
    expect(error.hint).toContain("git init");
    for (const journal of ["nowhere", "../nowhere", "--upload-pack=touch /tmp/x", "-x:y"]) {
      await expectCode(openAt(makeRepository(), { journal }), "INPUT_INVALID");
    }
  });
});

describe("a repository of another user", () => {
  it("is refused in git's words, with the setting that allows it", async () => {
    const env = { ...BARE_ENV, GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" };
    const folder = makeRepository();
    const error = await expectCode(openAt(folder, { env }), "REPOSITORY_MISSING");
    expect(error.message).toContain("dubious ownership");
    expect(error.hint).toContain(`safe.directory ${folder}`);
  });
});

describe("a checkout of few commits or few files", () => {
  it.each([["--depth=1"], ["--filter=blob:none"]])("takes a journal like any other: %s", async (flag) => {
    const { remote, clones } = makeRemote();
    git(remote, "config", "uploadpack.allowFilter", "true");
    const [clone] = clones as [string];
    for (const message of ["one", "two"]) {
      git(clone, "-c", "user.name=x", "-c", "user.email=x", "commit", "--allow-empty", "-qm", message);
    }
    git(clone, "push", "-q", "origin", "HEAD:refs/heads/main");
    await writeOne(clone);
    const checkout = join(makeFolder(), "checkout");
    git(clone, "clone", "-q", flag, "--branch=main", `file://${remote}`, checkout);
    await writeOne(checkout);
    expect(await readBack(clone)).toEqual([baked(1), baked(1)]);
    expect(git(checkout, "log", "--oneline", REF).trim().split("\n")).toHaveLength(2);
  });
});

describe("the git program", () => {
  it("is asked for when it is missing", async () => {
    const env = { ...BARE_ENV, PATH: makeFolder() };
    const error = await expectCode(openAt(makeRepository(), { env }), "GIT_MISSING");
    expect(error.hint).toContain("2.25");
  });

  it.each(["git version 2.24.1", "git version 1.8.3.1", "no git at all"])(
    "must be new enough: %s",
    async (says) => {
      await expectCode(openAt(makeRepository(), { env: withGit(`echo "${says}"`) }), "GIT_MISSING");
    },
  );

  it("gets no prompt, no foreign repository, no foreign name, and the caller's settings", async () => {
    const log = join(makeFolder(), "log");
    const env = {
      ...withGit(`env > "${log}"; exec git "$@"`),
      GIT_DIR: "/nowhere",
      GIT_WORK_TREE: "/nowhere",
      GIT_INDEX_FILE: "/nowhere",
      GIT_OBJECT_DIRECTORY: "/nowhere",
      GIT_TRACE: "1",
      GIT_COMMITTER_DATE: "yesterday",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "http.extraheader",
      GIT_CONFIG_VALUE_0: "Authorization: x",
    };
    await writeOne(makeRepository(), { env });
    const seen = readFileSync(log, "utf8").split("\n");
    expect(seen).toEqual(
      expect.arrayContaining([
        "GIT_TERMINAL_PROMPT=0",
        "GIT_OPTIONAL_LOCKS=0",
        "LC_ALL=C",
        "GIT_CONFIG_KEY_0=http.extraheader",
      ]),
    );
    expect(
      seen.filter((line) =>
        /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|TRACE|COMMITTER_DATE)=/.test(line),
      ),
    ).toEqual([]);
  });

  it("needs no name and address of the user, even where references are logged", async () => {
    const folder = makeRepository();
    git(folder, "config", "core.logAllRefUpdates", "always");
    git(folder, "config", "user.useConfigOnly", "true");
    await writeOne(folder);
    expect(git(folder, "reflog", REF)).toContain("change-deploy");
  });

  it("runs none of the user's hooks for the journal", async () => {
    const { clones } = makeRemote();
    const [clone] = clones as [string];
    const mark = join(clone, "hook-ran");
    for (const hook of ["reference-transaction", "pre-push", "post-update"]) {
      writeHook(join(clone, ".git"), hook, `touch "${mark}"; exit 1`);
    }
    await writeOne(clone);
    await writeOne(clone, { journal: "." }).catch(() => {});
    expect(existsSync(mark)).toBe(false);
  });
});

/** A PATH on which `git` is a script; `git` in it is the real one. */
function withGit(script: string): NodeJS.ProcessEnv {
  const folder = makeFolder();
  writeFileSync(join(folder, "git"), `#!/bin/sh\nPATH='${process.env.PATH}'\n${script}\n`);
  chmodSync(join(folder, "git"), 0o755);
  return { ...BARE_ENV, PATH: `${folder}:${process.env.PATH}` };
}
