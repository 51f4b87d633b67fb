import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pushRefs, readRemoteRefs } from "../../../src/adapters/git/remote-refs.ts";
import type { Attempt } from "../../../src/adapters/git/settle.ts";
import { BARE_ENV, expectCode, makeFolder } from "./setup.ts";

const UPDATE = { ref: "refs/a", from: null, to: "1".repeat(40) };

/** A remote at which git always ends with these words. */
function saying(stdout: string, stderr: string) {
  const cwd = makeFolder();
  writeFileSync(join(cwd, "out"), stdout);
  writeFileSync(join(cwd, "err"), stderr);
  writeFileSync(join(cwd, "git"), "#!/bin/sh\ncat out; cat err >&2; exit 1\n", { mode: 0o755 });
  const env = { ...BARE_ENV, PATH: `${cwd}:${process.env.PATH}` };
  const git = { env, cwd, gitDir: null, version: [2, 40] as const };
  return { git, address: "origin", name: "origin", callMs: 20_000 };
}

const rejected = (reason: string) => `To x\n!\t1:refs/a\t${reason}\nDone\n`;

const PUSHES: [Attempt["kind"], string, string][] = [
  ["stale", rejected("[rejected] (stale info)"), "error: failed to push some refs to 'x'"],
  ["stale", rejected("[rejected] (fetch first)"), ""],
  ["busy", rejected("[remote rejected] (failed to update ref)"), ""],
  [
    "busy",
    rejected("[remote rejected] (atomic transaction failed)"),
    "remote: error: cannot lock ref 'refs/a': is at 2 but expected 1",
  ],
  ["busy", rejected("[remote rejected] (cannot lock ref 'refs/a': reference already exists)"), ""],
  ["refused", rejected("[remote rejected] (pre-receive hook declined)"), "remote: no"],
  [
    "refused",
    rejected("[remote rejected] (push declined due to repository rule violations)"),
    "remote: error: GH013",
  ],
  [
    "refused",
    rejected("[remote rejected] (unpacker error)"),
    "remote: fatal: unable to create temporary object directory",
  ],
  [
    "refused",
    "",
    "remote: Permission to a/b.git denied to c.\nfatal: unable to access 'x': The requested URL returned error: 403",
  ],
  ["refused", "", "fatal: could not read Username for 'https://x': terminal prompts disabled"],
  ["refused", "", "git@x: Permission denied (publickey).\nfatal: Could not read from remote repository."],
  ["refused", "", "Host key verification failed.\nfatal: Could not read from remote repository."],
  ["refused", "", "fatal: the receiving end does not support --atomic push"],
  [
    "unreachable",
    rejected("[remote failure] (remote failed to report status)"),
    "fatal: the remote end hung up unexpectedly",
  ],
  ["unreachable", "", "fatal: unable to access 'x': Could not resolve host: x"],
  ["unreachable", "", "error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502"],
  ["unreachable", "", "ssh: connect to host x port 22: Connection timed out"],
  ["unreachable", "", ""],
];

describe("a push that failed", () => {
  it.each(PUSHES)("is %s after %j %j", async (kind, stdout, stderr) => {
    expect((await pushRefs(saying(stdout, stderr), [UPDATE])).kind).toBe(kind);
  });
});

describe("a remote that cannot be read", () => {
  it.each([
    ["JOURNAL_REFUSED", "ERROR: Repository not found.\nfatal: Could not read from remote repository."],
    ["JOURNAL_REFUSED", "fatal: 'x' does not appear to be a git repository"],
    ["JOURNAL_REFUSED", "fatal: transport 'ext' not allowed"],
    ["JOURNAL_REFUSED", "fatal: Authentication failed for 'https://x/'"],
    ["JOURNAL_UNREACHABLE", "fatal: unable to access 'x': Failed to connect to x port 443"],
  ])("is %s after %j", async (code, stderr) => {
    await expectCode(readRemoteRefs(saying("", stderr), ["refs/a"]), code);
  });
});
