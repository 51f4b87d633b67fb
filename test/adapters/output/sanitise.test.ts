import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sanitiseLine } from "../../../src/adapters/output/sanitise.ts";

describe("a line from outside", () => {
  it.each([
    ["plain text, with a\ttab", "plain text, with a\ttab"],
    ["한국어, emoji 👩‍🚀 and é", "한국어, emoji 👩‍🚀 and é"],
    ["\u001b[1;31mred\u001b[0m", "red"],
    ["\u009b31mred\u009bm", "red"],
    ["\u001b]0;a title\u0007text", "text"],
    ["\u001b]8;;https://example.com\u001b\\link\u001b]8;;\u001b\\", "link"],
    ["\u001bPdevice\u001b\\text", "text"],
    ["\u001b(Btext\u001bM", "text"],
    ["\u001b]0;never closed, so it is shown", "]0;never closed, so it is shown"],
    ["\u001b[31", "[31"],
    ["over\rwritten", "overwritten"],
    ["a\0b\bc\u007fd\u0085e", "abcde"],
    ["user\u202etxt.exe\u2066x\u2069\u200f", "usertxt.exex"],
    ["one\u2028two\u2029three\ufeff", "onetwothree"],
    ["half \ud83d of a pair \udc00", "half \ufffd of a pair \ufffd"],
    ["##[error]x ###[y", "## [error]x ### [y"],
    ["#\u001b[0m#[error]", "## [error]"],
    ["#\u200e#\r[error]", "## [error]"],
  ])("%j becomes %j", (line, harmless) => {
    expect(sanitiseLine(line)).toBe(harmless);
  });

  it("is bounded in length", () => {
    expect(sanitiseLine("x".repeat(1_000_000)).length).toBeLessThan(20_000);
  });

  const nasty = fc.string({ unit: fc.constantFrom(..."\u001b[]()#;:m0\r\n\u0007\u009b\u202e\\P ab\ud83d") });
  it("is harmless whatever it holds, and repeating changes nothing", () => {
    fc.assert(
      fc.property(fc.oneof(nasty, fc.string({ unit: "binary" })), (line) => {
        const harmless = sanitiseLine(line);
        expect(harmless).not.toMatch(/##\[|[\u202a-\u202e\u2066-\u2069\u2028\u2029]|\p{Cs}/u);
        expect(harmless.replaceAll("\t", "")).not.toMatch(/\p{Cc}/u);
        expect(sanitiseLine(harmless)).toBe(harmless);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(["\u001b[", "\u001b]", "\u001b[0", "\u001b]0;a", "##[", "\u009b;"])(
    "takes no longer because %j is repeated for a megabyte",
    (part) => {
      expect(sanitiseLine(part.repeat(1_000_000 / part.length)).length).toBeLessThan(30_000);
    },
  );
});
