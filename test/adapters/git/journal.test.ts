import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listChanges } from "../../../src/adapters/git/list-changes.ts";
import { readChange } from "../../../src/adapters/git/read-change.ts";
import type { ChangeEvent } from "../../../src/rollout/events.ts";
import {
  BOB,
  baked,
  expectCode,
  expectSound,
  finished,
  git,
  later,
  MovableClock,
  makeRemote,
  makeRepository,
  open,
  openAt,
  passed,
  QUICK,
  readBack,
  recorded,
} from "./setup.ts";

const REF = "refs/change-deploy/production/changes/CHG-1";

const PLACES: [string, () => string][] = [
  ["in the repository itself", makeRepository],
  ["at a remote", () => makeRemote().clones[0]!],
];

describe.each(PLACES)("a journal %s", (_, makePlace) => {
  it("gives back every flushed event in order, and the files, to the next process", async () => {
    const folder = makePlace();
    const first = await open(await openAt(folder));
    expect(first).toMatchObject({ events: [], writeAhead: "none", takenOver: null, setAside: null });
    expect(first.files).toEqual({ plan: null, inputs: null });
    await first.journal.attach({ "plan.yaml": "change-plan: 1\n", "inputs.json": "{}" });
    await first.journal.append([baked(1), recorded("web-01")]);
    await first.journal.flush();
    await first.journal.append([passed(1)]);
    await first.journal.flush();
    await first.journal.close();

    const next = await open(await openAt(folder));
    expect(next.events).toEqual([baked(1), recorded("web-01"), passed(1)]);
    expect(next.files).toEqual({ plan: "change-plan: 1\n", inputs: "{}" });
    expect(next.writeAhead).toBe("found");
    await next.journal.close();
    expectSound(folder);
  });

  it("is one commit a flush, which git log shows in words", async () => {
    const folder = makePlace();
    const { journal } = await open(await openAt(folder), { describe: (event) => `It is ${event.kind}.` });
    await journal.append([recorded("web-01"), baked(1), recorded("web-02")]);
    await journal.flush();
    await journal.append([finished]);
    await journal.flush();
    expect(git(folder, "log", "--format=%an|%cn|%B", REF).trim().split("\n")).toEqual([
      "alice|change-deploy|It is finished.",
      "",
      "alice|change-deploy|It is bake-started.",
      "",
      "It is version-recorded.",
      "It is bake-started.",
      "It is version-recorded.",
    ]);
    expect(git(folder, "ls-tree", "--name-only", REF)).toBe("events.jsonl\n");
  });

  it("moves the lease with every flush, in the same update", async () => {
    const folder = makePlace();
    const { journal } = await open(await openAt(folder));
    const lease = () => git(folder, "rev-parse", "refs/change-deploy/production/lease");
    const before = lease();
    await journal.append([baked(1)]);
    await journal.flush();
    expect(lease()).not.toBe(before);
  });

  it("joins flushes that are asked for at the same time", async () => {
    const folder = makePlace();
    const { journal } = await open(await openAt(folder));
    const flushes: Promise<void>[] = [];
    for (let index = 0; index < 20; index++) {
      await journal.append([recorded(`web-${index}`)]);
      flushes.push(journal.flush());
    }
    await Promise.all(flushes);
    expect(Number(git(folder, "rev-list", "--count", REF))).toBeLessThan(10);
    await journal.close();
    expect(await readBack(folder)).toHaveLength(20);
  });

  it("can be read and listed without a lease, while somebody works", async () => {
    const folder = makePlace();
    const repository = await openAt(folder);
    const { journal } = await open(repository, { clock: new MovableClock() });
    await journal.append([baked(1)]);
    await journal.flush();
    const other = await open(repository, { environment: "staging", changeId: "CHG 2", clock: later() });
    await other.journal.append([passed(2)]);
    await other.journal.flush();

    const read = await readChange(repository, { environment: "production", changeId: "CHG-1" });
    expect(read).toMatchObject({ ref: REF, events: [baked(1)] });
    const listed = await listChanges(repository);
    expect(listed.map(({ environment, changeId, subject }) => [environment, changeId, subject])).toEqual([
      ["staging", "CHG 2", "batch-passed"],
      ["production", "CHG-1", "bake-started"],
    ]);
    expect(await listChanges(repository, { environment: "production" })).toHaveLength(1);
    await expectCode(readChange(repository, { environment: "x", changeId: "CHG-1" }), "CHANGE_UNKNOWN");
  });
});

describe("a journal", () => {
  it("keeps what was appended and not flushed, for the next process on this machine", async () => {
    const folder = makeRepository();
    const clock = new MovableClock();
    const dead = await open(await openAt(folder), { clock });
    await dead.journal.append([baked(1)]);
    await dead.journal.flush();
    await dead.journal.append([passed(1), baked(2)]);
    const next = await open(await openAt(folder), { clock: later() });
    expect(next).toMatchObject({ events: [baked(1), passed(1), baked(2)], writeAhead: "found" });
    await next.journal.flush();
    expect(git(folder, "cat-file", "blob", `${REF}:events.jsonl`).trim().split("\n")).toHaveLength(2);
  });

  it.each<[string, ChangeEvent[], "missing" | "none"]>([
    ["says that facts may be missing when another machine's file is not here", [baked(1)], "missing"],
    ["knows that nothing can be missing after the end", [baked(1), finished], "none"],
    [
      "knows that nothing can be missing after the report",
      [finished, { kind: "reported", at: "2026-11-22T10:00:00Z", url: "x" }],
      "none",
    ],
    [
      "knows that nothing can be missing after an orderly interruption",
      [{ kind: "interrupted", at: "2026-11-22T10:00:00Z", cause: "x" }],
      "none",
    ],
  ])("%s", async (_, events, expected) => {
    const { clones } = makeRemote(2);
    const here = await open(await openAt(clones[0]!));
    await here.journal.append(events);
    await here.journal.close();
    const there = await open(await openAt(clones[1]!));
    expect(there).toMatchObject({ events, writeAhead: expected });
  });

  it("goes on saying that facts may be missing until somebody has recorded it", async () => {
    const { clones } = makeRemote(2);
    const lost = await open(await openAt(clones[0]!));
    await lost.journal.append([baked(1)]);
    await lost.journal.close();
    const here = await openAt(clones[1]!);
    for (const _ of ["nothing was due", "it was refused"]) {
      const opened = await open(here);
      expect(opened.writeAhead).toBe("missing");
      await opened.journal.close();
    }
    const next = await open(here);
    expect(next.writeAhead).toBe("missing");
    const resumed: ChangeEvent = {
      kind: "resumed",
      at: "2026-11-22T10:00:00Z",
      holder: BOB,
      writeAhead: "missing",
    };
    await next.journal.append([resumed]);
    await next.journal.close();
    expect(await open(here)).toMatchObject({ events: [baked(1), resumed], writeAhead: "found" });
  });

  it("never replays what a stale process recorded after another had taken over", async () => {
    const { clones } = makeRemote(2);
    const stale = await open(await openAt(clones[0]!));
    await stale.journal.append([baked(1)]);
    await stale.journal.flush();
    const next = await open(await openAt(clones[1]!), { clock: later() });
    await next.journal.append([passed(1)]);
    await next.journal.close();
    await stale.journal.append([recorded("of-the-stale-one")]);
    await expectCode(stale.journal.flush(), "LEASE_LOST");
    await expectCode(stale.journal.append([baked(9)]), "LEASE_LOST");

    const back = await open(await openAt(clones[0]!));
    expect(back).toMatchObject({ events: [baked(1), passed(1)], writeAhead: "missing" });
    expect(back.setAside).toMatch(/\.lost-\d+$/);
    expect(existsSync(back.setAside!)).toBe(true);
    await back.journal.append([baked(2)]);
    await back.journal.close();
    expect(await readBack(clones[1]!)).toEqual([baked(1), passed(1), baked(2)]);
  });

  it("writes to a server that keeps only branches, under a prefix of its own", async () => {
    const { remote, clones } = makeRemote();
    const prefix = "refs/heads/change-deploy";
    const { journal } = await open(await openAt(clones[0]!), { prefix });
    await journal.append([baked(1)]);
    await journal.close();
    expect(git(remote, "branch", "--format=%(refname)").trim().split("\n")).toEqual([
      `${prefix}/production/changes/CHG-1`,
      `${prefix}/production/lease`,
    ]);
  });

  it("makes text from targets harmless in the commit message", async () => {
    const folder = makeRepository();
    const { journal } = await open(await openAt(folder), {
      describe: () => "a\u0000b\u001b[31m\nTree: c\u202e",
    });
    await journal.append([baked(1)]);
    await journal.close();
    expect(git(folder, "log", "--format=%B", REF).trim()).toBe("a b [31m Tree: c");
    expectSound(folder);
  });

  it("bounds the message, and counts what it leaves out", async () => {
    const folder = makeRepository();
    const { journal } = await open(await openAt(folder));
    await journal.append(Array.from({ length: 1_000 }, (_, index) => recorded(`web-${index}`)));
    await journal.close();
    const lines = git(folder, "log", "--format=%B", REF).trim().split("\n");
    expect(lines).toHaveLength(203);
    expect(lines.at(-1)).toBe("and 800 more");
  });

  it("takes no attachment that is no plain file name", async () => {
    const { journal } = await open(await openAt(makeRepository()));
    for (const name of ["a/b", "..", ".git", "events.jsonl", "", "A b"]) {
      await expect(journal.attach({ [name]: "x" })).rejects.toThrow(/attached/);
    }
  });

  it("leaves no file of its own behind but a small one", async () => {
    const folder = makeRepository();
    const { journal } = await open(await openAt(folder));
    await journal.append([baked(1)]);
    await journal.close();
    const files = readdirSync(join(folder, ".git", "change-deploy", "production", "CHG-1"));
    expect(files).toEqual([expect.stringMatching(/^write-ahead-[0-9a-f]{8}\.jsonl$/)]);
  });

  it("is stopped by a lock that somebody left behind, with words that name it", async () => {
    const folder = makeRepository();
    const { journal } = await open(await openAt(folder, { patience: { ...QUICK, totalMs: 300 } }));
    await journal.append([baked(1)]);
    const lock = join(folder, ".git", "refs", "change-deploy", "production", "lease.lock");
    writeFileSync(lock, "");
    const error = await expectCode(journal.flush(), "JOURNAL_REFUSED");
    expect(error.message).toContain("lease.lock");
    expect(error.hint).toContain("delete the .lock file");
    rmSync(lock);
    await journal.flush();
    expect(
      await readChange(await openAt(folder), { environment: "production", changeId: "CHG-1" }),
    ).toMatchObject({
      events: [baked(1)],
    });
  });
});
