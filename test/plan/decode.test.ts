import { describe, expect, it } from "vitest";
import { decodePlan } from "../../src/plan/decode.ts";
import { parsePlan } from "../../src/plan/parse.ts";

const bytesOf = (...parts: (string | number)[]) =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === "number" ? [part] : [...new TextEncoder().encode(part)])),
  );

describe("the bytes of a plan", () => {
  it("are text, without the byte-order mark that some editors put in front", () => {
    const text = "title: 배포 🚀\n";
    expect(decodePlan(bytesOf(text))).toEqual({ ok: true, text });
    expect(decodePlan(bytesOf("\uFEFF", text))).toEqual({ ok: true, text });
    expect(decodePlan(bytesOf("\uFEFF\uFEFF", text))).toEqual({ ok: true, text: `\uFEFF${text}` });
  });

  it.each([
    ["a byte that begins nothing", bytesOf("one\ntwo: ", 0xff, "\nthree"), 2, 6],
    ["a character that is cut off by the next one", bytesOf("배", 0xed, 0x95, "x"), 1, 2],
    ["a character that is cut off by the end", bytesOf("a\n", 0xf0, 0x9f), 2, 1],
    ["half of a pair", bytesOf("a: ", 0xed, 0xa0, 0x80), 1, 4],
    ["another encoding", bytesOf(0xff, 0xfe, "c", 0), 1, 1],
  ])("with %s are refused at that place", (_, bytes, line, column) => {
    const result = decodePlan(bytes);
    expect(result).toMatchObject({ ok: false, issues: [{ code: "invalid-text", line, column }] });
  });

  it("beyond the limit are refused as the text would be", () => {
    const text = "#".repeat(256 * 1024 + 1);
    expect(decodePlan(bytesOf(text))).toEqual(parsePlan(text));
  });
});
