import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { decodeLines, encodeEvent, isTorn, type Link, originOf } from "../../../src/adapters/git/codec.ts";
import type { ChangeEvent } from "../../../src/rollout/events.ts";
import { baked, passed, recorded } from "./setup.ts";

const ORIGIN = originOf("production", "CHG-1");
const EVENTS = [baked(1), recorded("web-01", 'v"1"\n\u2028é한'), passed(1)];

function encode(events: readonly ChangeEvent[], after: Link = ORIGIN): Buffer {
  let last = after;
  const lines = events.map((event) => {
    const entry = encodeEvent(last, event);
    last = entry;
    return entry.line;
  });
  return Buffer.from(lines.join(""));
}

const WHOLE = encode(EVENTS);

describe("journal lines", () => {
  it("are read back as they were written", () => {
    const { entries, rest } = decodeLines(WHOLE, ORIGIN, "here");
    expect(entries.map(({ event }) => event)).toEqual(EVENTS);
    expect(entries.map(({ line }) => line).join("")).toBe(WHOLE.toString());
    expect(rest).toHaveLength(0);
  });

  it("are JSON, one event a line", () => {
    const lines = WHOLE.toString().trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(EVENTS);
  });

  it("give away any changed byte, with its place", () => {
    for (let at = 0; at < WHOLE.length; at++) {
      for (const change of [1, 0x20, 0x80]) {
        const damaged = Buffer.from(WHOLE);
        damaged[at] = damaged[at]! ^ change;
        const decode = () => {
          const { rest } = decodeLines(damaged, ORIGIN, "here");
          if (rest.length > 0 && !isTorn(rest))
            throw Object.assign(new Error("here"), { code: "JOURNAL_CORRUPT" });
        };
        expect(decode, `byte ${at}`).toThrow(
          expect.objectContaining({ code: "JOURNAL_CORRUPT", message: expect.stringContaining("here") }),
        );
      }
    }
  });

  it("give away a missing, doubled or swapped event", () => {
    const [first, second, third] = WHOLE.toString().match(/.*\n/g) as [string, string, string];
    for (const lines of [
      [second, third],
      [first, third],
      [first, first, second],
      [second, first],
      [first, third, second],
    ]) {
      expect(() => decodeLines(Buffer.from(lines.join("")), ORIGIN, "here")).toThrow(/damaged/);
    }
  });

  it("belong to one change", () => {
    expect(() => decodeLines(WHOLE, originOf("staging", "CHG-1"), "here")).toThrow(/checksum/);
    expect(() => decodeLines(WHOLE, originOf("production", "CHG-2"), "here")).toThrow(/checksum/);
  });

  it.each([
    ["an unknown kind", { kind: "moon-phase-noted", at: "2026-11-22T10:00:00.000Z" }],
    ["a known kind with a new field", { ...passed(1), moon: "full" }],
  ])("ask for a newer version when they hold %s", (_, event) => {
    const line = rewrite(event);
    expect(() => decodeLines(line, ORIGIN, "here")).toThrow(
      expect.objectContaining({ code: "JOURNAL_CORRUPT", hint: expect.stringContaining("newer") }),
    );
  });

  it("never hold an event that could not be read back", () => {
    expect(() => encodeEvent(ORIGIN, recorded("web", "v".repeat(501)))).toThrow();
    expect(() => encodeEvent(ORIGIN, { ...passed(1), extra: 1 } as unknown as ChangeEvent)).toThrow();
  });
});

describe("a tail", () => {
  const line = encode([recorded("web-01", "é".repeat(40))]);

  it("is torn when it is the beginning of a line, however much of it is there", () => {
    for (let length = 1; length < line.length; length++) {
      expect(isTorn(line.subarray(0, length)), `${length} bytes`).toBe(true);
      expect(
        isTorn(Buffer.concat([line.subarray(0, length), Buffer.alloc(5_000)])),
        `${length} bytes and zeros`,
      ).toBe(length < line.length - 1);
    }
  });

  it("is damaged when it is more than a line", () => {
    const ended = Buffer.from(line);
    ended[line.length - 1] = 120;
    expect(isTorn(ended)).toBe(false);
    expect(isTorn(Buffer.alloc(500, "x"))).toBe(false);
  });
});

/** A line with a right checksum, as a newer version would write it. */
function rewrite(event: unknown): Buffer {
  const known = encodeEvent(ORIGIN, passed(1));
  const text = JSON.stringify(event);
  const sum = createHash("sha256").update(`${ORIGIN.sum}\n${text}`).digest("hex");
  return Buffer.from(
    known.line
      .replace(JSON.stringify(passed(1)), text)
      .replace(/"len":\d+/, `"len":${Buffer.byteLength(text)}`)
      .replace(known.sum, sum),
  );
}
