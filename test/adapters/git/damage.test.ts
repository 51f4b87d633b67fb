import { chmodSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readChange } from "../../../src/adapters/git/read-change.ts";
import {
  baked,
  expectCode,
  git,
  later,
  makeRepository,
  open,
  openAt,
  passed,
  readBack,
  recorded,
} from "./setup.ts";

const REF = "refs/change-deploy/production/changes/CHG-1";
const PLACE = { environment: "production", changeId: "CHG-1" };
const EVENTS = [baked(1), recorded("web-01"), passed(1)];

async function makeJournal(): Promise<string> {
  const folder = makeRepository();
  const { journal } = await open(await openAt(folder));
  await journal.attach({ "plan.yaml": "change-plan: 1\n" });
  for (const event of EVENTS) {
    await journal.append([event]);
    await journal.flush();
  }
  await journal.close();
  return folder;
}

/** The loose files of the objects that the journal's reference reaches. */
function objectFiles(folder: string): string[] {
  const ids = git(folder, "rev-list", "--objects", REF)
    .trim()
    .split("\n")
    .map((line) => line.slice(0, 40));
  return ids.map((id) => join(folder, ".git", "objects", id.slice(0, 2), id.slice(2)));
}

function findWriteAhead(folder: string): string {
  const place = join(folder, ".git", "change-deploy", "production", "CHG-1");
  return join(place, readdirSync(place).find((name) => name.endsWith(".jsonl"))!);
}

describe("a damaged journal", () => {
  it("is never read as anything but what was written, whichever object is touched", async () => {
    const folder = await makeJournal();
    const repository = await openAt(folder);
    for (const file of objectFiles(folder)) {
      const whole = readFileSync(file);
      chmodSync(file, 0o600);
      for (const at of [2, whole.length >> 1, whole.length - 1]) {
        const damaged = Buffer.from(whole);
        damaged[at] = damaged[at]! ^ 0x10;
        writeFileSync(file, damaged);
        const read = await readChange(repository, PLACE).catch((error) => error.code);
        if (read !== "JOURNAL_CORRUPT") expect(read.events, `${file} at ${at}`).toEqual(EVENTS);
      }
      truncateSync(file, whole.length >> 1);
      expect(await readChange(repository, PLACE).catch((error) => error.code)).toBe("JOURNAL_CORRUPT");
      writeFileSync(file, whole);
    }
    expect((await readChange(repository, PLACE)).events).toEqual(EVENTS);
  });

  it("is noticed when a file is sound in itself, and another one", async () => {
    const folder = await makeJournal();
    const id = git(folder, "rev-parse", `${REF}~2:plan.yaml`).trim();
    const file = join(folder, ".git", "objects", id.slice(0, 2), id.slice(2));
    chmodSync(file, 0o600);
    writeFileSync(file, deflateSync("blob 15\0change-plan: 2\n"));
    await expectCode(readChange(await openAt(folder), PLACE), "JOURNAL_CORRUPT");
  });

  it.each([
    ["an empty reference", ""],
    ["a reference to nothing", `${"1".repeat(40)}\n`],
    ["a reference that is no id", "garbage\n"],
  ])("stops before anything is done: %s", async (_, text) => {
    const folder = await makeJournal();
    writeFileSync(join(folder, ".git", ...REF.split("/")), text);
    await expectCode(readChange(await openAt(folder), PLACE), "JOURNAL_CORRUPT");
    await expectCode(open(await openAt(folder)), "JOURNAL_CORRUPT");
  });

  it("is one with a commit that somebody else made", async () => {
    const folder = await makeJournal();
    const tree = git(folder, "rev-parse", `${REF}^{tree}`).trim();
    const names = ["-c", "user.name=x", "-c", "user.email=x"];
    const doubled = git(folder, ...names, "commit-tree", tree, "-p", REF, "-m", "again").trim();
    git(folder, "update-ref", REF, doubled);
    const error = await expectCode(open(await openAt(folder)), "JOURNAL_CORRUPT");
    expect(error.message).toContain(`${doubled}:events.jsonl, event 4`);
  });

  it("is one that ends before what this machine saw it accept", async () => {
    const folder = await makeJournal();
    git(folder, "update-ref", REF, `${REF}~1`);
    const error = await expectCode(open(await openAt(folder)), "JOURNAL_CORRUPT");
    expect(error.message).toContain("ends at event 2");
    git(folder, "update-ref", "-d", REF);
    expect((await expectCode(open(await openAt(folder)), "JOURNAL_CORRUPT")).hint).toContain(
      findWriteAhead(folder),
    );
  });
});

describe("a write-ahead file on resume", () => {
  it("with a torn end gives what was acknowledged", async () => {
    const folder = makeRepository();
    const { journal } = await open(await openAt(folder));
    await journal.append([baked(1)]);
    await journal.append([passed(1)]);
    const file = findWriteAhead(folder);
    truncateSync(file, statSync(file).size - 7);
    expect(await readBack(folder, { clock: later() })).toEqual([baked(1)]);
  });

  it("with damage stops before anything is done", async () => {
    const folder = makeRepository();
    const { journal } = await open(await openAt(folder));
    await journal.append([baked(1), passed(1)]);
    const file = findWriteAhead(folder);
    writeFileSync(file, readFileSync(file, "utf8").replace("bake-started", "bake-Started"));
    const error = await expectCode(open(await openAt(folder), { clock: later() }), "JOURNAL_CORRUPT");
    expect(error.message).toContain(file);
  });
});
