import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withOldSettings } from "../../../src/adapters/git/environment.ts";
import { type GitProgram, runGit } from "../../../src/adapters/git/git.ts";
import { hideCredentials, quoteWords } from "../../../src/adapters/git/words.ts";
import { BARE_ENV, expectCode, isAlive, makeFolder, makeRepository } from "./setup.ts";

/** A program called git that is this script. */
function scripted(script: string): GitProgram {
  const cwd = makeFolder();
  writeFileSync(join(cwd, "git"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { env: { ...BARE_ENV, PATH: `${cwd}:${process.env.PATH}` }, cwd, gitDir: null, version: [2, 40] };
}

const CALL = { args: ["version"], deadlineMs: 20_000 };

describe("running git", () => {
  it("ends at the deadline with everything that it started, even what ignores SIGTERM", async () => {
    const program = scripted(
      "trap '' TERM; sleep 60 & echo $! > pids; echo $$ >> pids; wait; wait; sleep 60",
    );
    const answer = await runGit(program, { ...CALL, deadlineMs: 300 });
    expect(answer).toMatchObject({ code: null, timedOut: true });
    const pids = readFileSync(join(program.cwd, "pids"), "utf8").trim().split("\n").map(Number);
    expect(pids).toHaveLength(2);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it("ends what ignores SIGTERM also when git itself does not", async () => {
    const program = scripted("(trap '' TERM; echo x >&2; exec sleep 60) & echo $! > pids; wait");
    await runGit(program, { ...CALL, deadlineMs: 500 });
    expect(isAlive(Number(readFileSync(join(program.cwd, "pids"), "utf8")))).toBe(false);
  });

  it("does not wait for what git leaves running in the background", async () => {
    const program = scripted("sleep 60 & echo $!; exit 0");
    const answer = await runGit(program, CALL);
    process.kill(Number(answer.stdout), "SIGKILL");
    expect(answer).toMatchObject({ code: 0, timedOut: false });
  });

  it("keeps only the end of endless complaints, and refuses endless output", async () => {
    const complaint = await runGit(scripted("seq 100000 >&2; exit 1"), CALL);
    expect(complaint.stderr.length).toBeLessThanOrEqual(16_384);
    expect(complaint.stderr).toMatch(/100000\n$/);
    await expect(runGit(scripted("exec cat /dev/zero"), CALL)).rejects.toThrow(/printed more than/);
  });

  it("survives a git that does not read what it is given", async () => {
    const answer = await runGit(scripted("exit 3"), { ...CALL, input: Buffer.alloc(5_000_000) });
    expect(answer.code).toBe(3);
  });

  it("ends when whoever takes the output cannot go on", async () => {
    const onOutput = () => {
      throw new Error("enough");
    };
    await expect(runGit(scripted("exec cat /dev/zero"), { ...CALL, onOutput })).rejects.toThrow("enough");
  });

  it("says when there is no git", async () => {
    const cwd = makeFolder();
    await expectCode(
      runGit({ env: { PATH: cwd }, cwd, gitDir: null, version: [2, 40] }, CALL),
      "GIT_MISSING",
    );
  });
});

describe("settings from the environment", () => {
  it("reach a git that does not know them yet", () => {
    const env = {
      GIT_CONFIG_COUNT: "2",
      GIT_CONFIG_KEY_0: "test.one",
      GIT_CONFIG_VALUE_0: "it's = 'quoted'",
      GIT_CONFIG_KEY_1: "test.two",
      GIT_CONFIG_VALUE_1: "2",
    };
    const { GIT_CONFIG_PARAMETERS } = withOldSettings(env) as { GIT_CONFIG_PARAMETERS: string };
    const folder = makeRepository();
    const read = (name: string) =>
      execFileSync("git", ["config", name], {
        cwd: folder,
        env: { ...BARE_ENV, GIT_CONFIG_PARAMETERS },
        encoding: "utf8",
      });
    expect([read("test.one"), read("test.two")]).toEqual(["it's = 'quoted'\n", "2\n"]);
  });
});

describe("words of a server", () => {
  it("are one bounded line without control characters, repetition, advice or credentials", () => {
    const said =
      "remote: no\u001b[31m\u202e\nremote: no\u001b[31m\u202e\nhint: try\nhttps://me:pw@host/x\r\n";
    expect(quoteWords(said)).toBe("remote: no [31m; https://host/x");
    expect(quoteWords("x".repeat(10_000)).length).toBeLessThan(700);
  });

  it("keep an address without credentials as it is", () => {
    expect(hideCredentials("https://host/a@b ssh://git@host git@host:a/b")).toBe(
      "https://host/a@b ssh://host git@host:a/b",
    );
  });
});
