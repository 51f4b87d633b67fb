import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Entry, encodeEvent, originOf } from "../../../src/adapters/git/codec.ts";
import { WriteAhead } from "../../../src/adapters/git/write-ahead.ts";
import { encodeWriteAhead, readWriteAhead } from "../../../src/adapters/git/write-ahead-file.ts";
import { expectCode, makeFolder, passed } from "./setup.ts";

const ORIGIN = originOf("production", "CHG-1");

function makeEntries(count: number): Entry[] {
  const entries: Entry[] = [];
  for (let index = 0; index < count; index++) {
    entries.push(encodeEvent(entries.at(-1) ?? ORIGIN, passed(index)));
  }
  return entries;
}

const linesOf = (entries: readonly Entry[]) => entries.map(({ line }) => line).join("");
const seqsOf = (entries: readonly { seq: number }[]) => entries.map(({ seq }) => seq);

describe("the write-ahead file", () => {
  it("holds what was appended, in order, for its owner only", async () => {
    const path = join(makeFolder(), "a", "b", "write-ahead.jsonl");
    const file = await WriteAhead.create(path, ORIGIN);
    const entries = makeEntries(200);
    await Promise.all(entries.map(({ line }) => file.append(line)));
    const found = await readWriteAhead(path);
    await file.close();
    expect(found).toEqual({ base: ORIGIN, entries, tornBytes: 0, isBehind: false });
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(path, ".."))).toEqual(["write-ahead.jsonl"]);
  });

  it("is nothing before it is made", async () => {
    expect(await readWriteAhead(join(makeFolder(), "write-ahead.jsonl"))).toBeNull();
  });

  it("forgets what the journal holds, and loses nothing that comes meanwhile", async () => {
    const path = join(makeFolder(), "write-ahead.jsonl");
    const file = await WriteAhead.create(path, ORIGIN);
    const entries = makeEntries(60);
    await file.append(linesOf(entries.slice(0, 30)));
    const rebased = file.rebase(entries[29]!);
    await Promise.all(entries.slice(30).map(({ line }) => file.append(line)));
    await rebased;
    await file.close();
    const found = await readWriteAhead(path);
    expect(found?.base.seq).toBe(30);
    expect(seqsOf(found?.entries ?? [])).toEqual(seqsOf(entries.slice(30)));
  });

  it("is written no more by a process whose successor has started it anew", async () => {
    const path = join(makeFolder(), "write-ahead.jsonl");
    const [first, second] = makeEntries(2) as [Entry, Entry];
    const stale = await WriteAhead.create(path, ORIGIN);
    const next = await WriteAhead.create(path, ORIGIN, { lines: first.line });
    await stale.append("of somebody who should have stopped\n");
    await next.append(second.line);
    expect(seqsOf((await readWriteAhead(path))?.entries ?? [])).toEqual([1, 2]);
    await stale.close();
    await next.close();
  });

  it("refuses to go on after it has been closed", async () => {
    const file = await WriteAhead.create(join(makeFolder(), "write-ahead.jsonl"), ORIGIN);
    await file.close();
    await expectCode(file.append("x\n"), "JOURNAL_LOCAL");
  });
});

describe("a write-ahead file after a crash", () => {
  const entries = makeEntries(3);
  const whole = Buffer.from(encodeWriteAhead(ORIGIN) + linesOf(entries));
  const ends = entries.map((_, index) =>
    Buffer.byteLength(encodeWriteAhead(ORIGIN) + linesOf(entries.slice(0, index + 1))),
  );
  const headerEnd = Buffer.byteLength(encodeWriteAhead(ORIGIN));

  it("gives every whole event, at whatever byte it was torn", async () => {
    const path = join(makeFolder(), "write-ahead.jsonl");
    for (let length = headerEnd; length <= whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      const found = await readWriteAhead(path);
      expect(found?.entries, `${length} bytes`).toHaveLength(ends.filter((end) => end <= length).length);
      expect(found?.tornBytes).toBe(length - Math.max(headerEnd, ...ends.filter((end) => end <= length)));
    }
  });

  it("is damaged, not torn, when any byte of it is another one", async () => {
    const path = join(makeFolder(), "write-ahead.jsonl");
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = damaged[at]! ^ 0x04;
      writeFileSync(path, damaged);
      const error = await expectCode(readWriteAhead(path), "JOURNAL_CORRUPT");
      expect(error.message).toContain(path);
    }
  });

  it.each(["", "\n", "{}\n", encodeWriteAhead(ORIGIN).slice(0, -1), "x".repeat(5_000)])(
    "is damaged when its first line is not there: %j",
    async (text) => {
      const path = join(makeFolder(), "write-ahead.jsonl");
      writeFileSync(path, text);
      await expectCode(readWriteAhead(path), "JOURNAL_CORRUPT");
    },
  );
});

describe("a write-ahead file that cannot be written", () => {
  it.skipIf(process.getuid?.() === 0)("says so: no permission", async () => {
    const folder = makeFolder();
    chmodSync(folder, 0o500);
    await expectCode(WriteAhead.create(join(folder, "write-ahead.jsonl"), ORIGIN), "JOURNAL_LOCAL");
  });

  it("says so: something else is in the way", async () => {
    const path = join(makeFolder(), "write-ahead.jsonl");
    mkdirSync(path);
    await expectCode(WriteAhead.create(path, ORIGIN), "JOURNAL_LOCAL");
    expect(readdirSync(join(path, ".."))).toEqual(["write-ahead.jsonl"]);
  });

  it.skipIf(!canMount())(
    "spends its reserve first when the disk is full, then says so, and keeps what it said",
    async () => {
      await onSmallDisk(async (folder) => {
        const path = join(folder, "write-ahead.jsonl");
        const file = await WriteAhead.create(path, ORIGIN);
        expect(existsSync(`${path}.reserve`)).toBe(true);
        fillDisk(folder);
        const entries = makeEntries(20_000);
        const said = await appendUntilRefused(file, entries);
        expect(said.error).toMatchObject({
          code: "JOURNAL_LOCAL",
          hint: expect.stringContaining("disk space"),
        });
        expect(existsSync(`${path}.reserve`)).toBe(false);
        const kept = seqsOf((await readWriteAhead(path))?.entries ?? []);
        expect(kept.length).toBeGreaterThanOrEqual(said.acknowledged);
        expect(said.acknowledged * entries[0]!.line.length).toBeGreaterThan(512 * 1024);
        await expectCode(file.append(entries.at(-1)!.line), "JOURNAL_LOCAL");
        await file.close();
      });
    },
  );
});

async function appendUntilRefused(file: WriteAhead, entries: readonly Entry[]) {
  for (let at = 0; at < entries.length; at += 100) {
    try {
      await file.append(linesOf(entries.slice(at, at + 100)));
    } catch (error) {
      return { error, acknowledged: at };
    }
  }
  throw new Error("The disk never was full.");
}

function fillDisk(folder: string): void {
  try {
    writeFileSync(join(folder, "filler"), Buffer.alloc(16 * 1024 * 1024));
  } catch {
    expect(readFileSync(join(folder, "filler")).length).toBeGreaterThan(0);
  }
}

function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  try {
    execFileSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function onSmallDisk(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = makeFolder();
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", folder]);
  try {
    await body(folder);
  } finally {
    execFileSync("umount", ["--lazy", folder]);
  }
}
