import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readChange } from "../../../src/adapters/git/read-change.ts";
import { readLease } from "../../../src/adapters/git/read-lease.ts";
import { type HttpRemote, serveHttp } from "./http-remote.ts";
import {
  BARE_ENV,
  baked,
  cleanups,
  expectCode,
  expectSound,
  git,
  isAlive,
  makeClone,
  makeFolder,
  makeRemote,
  open,
  openAt,
  passed,
  QUICK,
  readBack,
  writeHook,
} from "./setup.ts";

const REF = "refs/change-deploy/production/changes/CHG-1";
const COUNT = ["rev-list", "--count", REF];

async function makeHttpRemote(): Promise<{ remote: string; clone: string; server: HttpRemote }> {
  const { remote } = makeRemote(0);
  const server = await serveHttp(remote);
  cleanups.push(server.close);
  return { remote, clone: makeClone(server.url), server };
}

describe("a remote that refuses", () => {
  it.each(["update", "pre-receive"])("is quoted, with a hint: a %s hook", async (hook) => {
    const { remote, clones } = makeRemote();
    const { journal } = await open(await openAt(clones[0]!));
    writeHook(remote, hook, 'echo "Changes are frozen\u001b[31m until Monday" >&2; exit 1');
    await journal.append([baked(1)]);
    const error = await expectCode(journal.flush(), "JOURNAL_REFUSED");
    expect(error.message).toMatch(/Changes are frozen \[31m until Monday/);
    expect(error.message.length).toBeLessThan(800);
    expect(error.hint).toContain("contents: write");

    rmSync(join(remote, "hooks", hook));
    await journal.append([passed(1)]);
    await journal.flush();
    await journal.close();
    expect(await readBack(clones[0]!)).toEqual([baked(1), passed(1)]);
  });

  it("is read-only for this token", async () => {
    const { clone, server } = await makeHttpRemote();
    server.pushes[0] = { status: 403, body: "Write access to repository not granted." };
    const error = await expectCode(open(await openAt(clone)), "JOURNAL_REFUSED");
    expect(error.message).toContain("403");
  });

  it("wants a password that nobody gave, and asks nobody for it", async () => {
    const { clone, server } = await makeHttpRemote();
    server.reads[0] = { status: 401 };
    await expectCode(
      openAt(clone).then((it) => open(it)),
      "JOURNAL_REFUSED",
    );
  });

  it.skipIf(process.getuid?.() === 0)("is read-only on disk", async () => {
    const { remote, clones } = makeRemote();
    chmodSync(join(remote, "objects"), 0o500);
    chmodSync(join(remote, "refs"), 0o500);
    await expectCode(open(await openAt(clones[0]!)), "JOURNAL_REFUSED");
    chmodSync(join(remote, "objects"), 0o700);
    chmodSync(join(remote, "refs"), 0o700);
  });

  it("is not there", async () => {
    const { remote, clones } = makeRemote();
    const repository = await openAt(clones[0]!);
    rmSync(remote, { recursive: true });
    const error = await expectCode(open(repository), "JOURNAL_REFUSED");
    expect(error.message).toContain("no journal at origin");
  });
});

describe("a remote that does not answer", () => {
  it("is asked again, within a bound, and then given up; what was recorded stays", async () => {
    const { clone, server } = await makeHttpRemote();
    const { journal } = await open(await openAt(clone, { patience: { ...QUICK, totalMs: 400 } }));
    await journal.append([baked(1)]);
    server.pushes[0] = "drop";
    server.reads[0] = "drop";
    await expectCode(journal.flush(), "JOURNAL_UNREACHABLE");
    await expectCode(journal.flush(), "JOURNAL_UNREACHABLE");
    await journal.append([passed(1)]);

    server.pushes[0] = "serve";
    server.reads[0] = "serve";
    await journal.flush();
    await journal.close();
    expect(await readBack(clone)).toEqual([baked(1), passed(1)]);
  });

  it("is no matter when it comes back soon", async () => {
    const { remote, clone, server } = await makeHttpRemote();
    const { journal } = await open(await openAt(clone));
    server.pushes.unshift({ status: 503 }, "drop", { status: 500 });
    server.reads.unshift("drop", { status: 503 });
    await journal.append([baked(1)]);
    await journal.flush();
    expect(git(remote, ...COUNT)).toBe("1\n");
  });

  it("and hangs is cut off at the deadline, with every process that git started", async () => {
    const { remote, clones } = makeRemote();
    const pids = join(makeFolder(), "pids");
    const repository = await openAt(clones[0]!, { patience: { ...QUICK, callMs: 700, totalMs: 100 } });
    const { journal } = await open(repository);
    writeHook(remote, "pre-receive", `echo $$ >> "${pids}"; exec sleep 60`);
    await journal.append([baked(1)]);
    await expectCode(journal.flush(), "JOURNAL_UNREACHABLE");
    rmSync(join(remote, "hooks", "pre-receive"));
    const started = readFileSync(pids, "utf8").trim().split("\n").map(Number);
    expect(started.length).toBeGreaterThan(0);
    expect(started.filter(isAlive)).toEqual([]);
  });
});

describe("an ambiguous answer", () => {
  it("is settled by looking: the push was accepted, its answer was lost", async () => {
    const { remote, clone, server } = await makeHttpRemote();
    const { journal } = await open(await openAt(clone));
    for (let round = 1; round <= 5; round++) {
      server.pushes.unshift("serve-then-drop");
      await journal.append([baked(round)]);
      await journal.flush();
      expect(git(remote, ...COUNT)).toBe(`${round}\n`);
    }
    await journal.close();
    expect(await readBack(clone)).toEqual([1, 2, 3, 4, 5].map(baked));
    expectSound(remote);
  });

  it("is settled when the look fails as well at first", async () => {
    const { remote, clone, server } = await makeHttpRemote();
    const { journal } = await open(await openAt(clone));
    server.pushes.unshift("serve-then-drop");
    await journal.append([baked(1)]);
    server.reads.unshift("serve", "drop", { status: 502 });
    await journal.flush();
    expect(git(remote, ...COUNT)).toBe("1\n");
  });

  it("is settled for the lease too: nobody is kept out by his own success", async () => {
    const { clone, server } = await makeHttpRemote();
    server.pushes.unshift("serve-then-drop");
    const repository = await openAt(clone);
    const { token, takenOver } = await open(repository);
    expect(takenOver).toBeNull();
    expect(await readLease(repository, { environment: "production" })).toMatchObject({
      state: "held",
      token,
    });
  });

  it("leaves no event doubled when the answer is only found by a later flush", async () => {
    const { remote, clone, server } = await makeHttpRemote();
    const { journal } = await open(await openAt(clone, { patience: { ...QUICK, totalMs: 200 } }));
    server.pushes.unshift("serve-then-drop");
    server.reads.splice(0, 1, "serve", "drop");
    await journal.append([baked(1)]);
    await expectCode(journal.flush(), "JOURNAL_UNREACHABLE");
    server.reads.splice(0, server.reads.length, "serve");
    await journal.append([passed(1)]);
    await journal.flush();
    await journal.close();
    expect(git(remote, ...COUNT)).toBe("2\n");
    expect(await readBack(clone)).toEqual([baked(1), passed(1)]);
  });

  it("is settled when git itself dies after the server has said yes", async () => {
    const { remote, clones } = makeRemote();
    const folder = makeFolder();
    const armed = join(folder, "armed");
    const script = `case "$*" in *push*) git "$@"; [ -e "${armed}" ] && kill -9 $$ ;; *) exec git "$@" ;; esac`;
    writeFileSync(join(folder, "git"), `#!/bin/sh\nPATH='${process.env.PATH}'\n${script}\n`, { mode: 0o755 });
    const env = { ...BARE_ENV, PATH: `${folder}:${process.env.PATH}` };
    const { journal } = await open(await openAt(clones[0]!, { env }));
    writeFileSync(armed, "");
    await journal.append([baked(1)]);
    await journal.flush();
    expect(git(remote, ...COUNT)).toBe("1\n");
    expect(existsSync(armed)).toBe(true);
    rmSync(armed);
  });
});

describe("a token", () => {
  it("reaches the server by settings from the environment, and no command line", async () => {
    const { clone, server } = await makeHttpRemote();
    const lines = join(makeFolder(), "lines");
    const folder = makeFolder();
    const script = `echo "$*" >> "${lines}"; PATH='${process.env.PATH}' exec git "$@"`;
    writeFileSync(join(folder, "git"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const env = {
      ...BARE_ENV,
      PATH: `${folder}:${process.env.PATH}`,
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "http.extraheader",
      GIT_CONFIG_VALUE_0: "Authorization: Basic c2VjcmV0",
    };
    const { journal } = await open(await openAt(clone, { env }));
    await journal.append([baked(1)]);
    await journal.close();
    expect(new Set(server.seen)).toEqual(new Set(["Basic c2VjcmV0"]));
    expect(readFileSync(lines, "utf8")).not.toContain("c2VjcmV0");
  });

  it("in a URL is in no message", async () => {
    const { server } = await makeHttpRemote();
    server.reads[0] = { status: 404 };
    const url = server.url.replace("//", "//someone:hunter2@");
    const repository = await openAt(makeClone(server.url), { journal: url });
    const error = await expectCode(open(repository), "JOURNAL_REFUSED");
    expect(`${error.message} ${error.hint} ${repository.name}`).not.toContain("hunter2");
  });
});

describe("the copy in the repository", () => {
  it("stops a journal that has forgotten what this repository has seen", async () => {
    const { remote, clones } = makeRemote();
    const { journal } = await open(await openAt(clones[0]!));
    await journal.append([baked(1)]);
    await journal.flush();
    const old = git(remote, "rev-parse", REF).trim();
    await journal.append([passed(1)]);
    await journal.close();

    git(remote, "update-ref", REF, old);
    const error = await expectCode(open(await openAt(clones[0]!)), "JOURNAL_CORRUPT");
    expect(error.hint).toContain(`git push origin ${REF}`);
    git(remote, "update-ref", "-d", REF);
    await expectCode(open(await openAt(clones[0]!)), "JOURNAL_CORRUPT");
    git(clones[0]!, "push", "-q", "origin", REF);
    expect(await readBack(clones[0]!)).toEqual([baked(1), passed(1)]);
  });

  it("is brought up to date by whoever opens the journal", async () => {
    const { remote, clones } = makeRemote(2);
    const { journal } = await open(await openAt(clones[0]!));
    await journal.append([baked(1)]);
    await journal.close();
    await readBack(clones[1]!);
    expect(git(clones[1]!, "rev-parse", REF)).toBe(git(remote, "rev-parse", REF));
    const read = await readChange(await openAt(clones[1]!, { journal: "." }), {
      environment: "production",
      changeId: "CHG-1",
    });
    expect(read.events).toEqual([baked(1)]);
  });
});
