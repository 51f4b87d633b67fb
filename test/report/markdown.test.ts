import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cell,
  code,
  codeCell,
  fence,
  fenceExact,
  isPlainUrl,
  link,
  plain,
  tableRow,
} from "../../src/report/markdown.ts";
import { HOSTILE_CASES, PIECES } from "./hostile.ts";

const anyText = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join(""));

/** A text that is no more than text, wherever a renderer looks for more. */
function faultsOf(markdown: string): string[] {
  const faults = {
    mention: /@[\w]/u,
    reference: /#\d|\bGH-\d/iu,
    link: /:\/\/|\bwww\./iu,
    commit: /(?<![0-9a-z])(?=\d*[a-f])[0-9a-f]{7,40}(?![0-9a-z])/iu,
    html: /[<>]/u,
    entity: /&(?!amp;|lt;|gt;)/u,
    markup: /(?<!\\)(?:\\\\)*[`*_[\]~|$!]/u,
    block: /^(?:[#+=-]|\d+[.)])/u,
    invisible: /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|\ufe0f|[\u00ad\u202a-\u202e\u2060-\u206f\ufeff]/u,
    "runner command": /##\[|^\s*::/u,
  };
  return Object.entries(faults).flatMap(([name, pattern]) => (pattern.test(markdown) ? [name] : []));
}

/** Cells as a GFM table reads them: a backslash takes the next character with it. */
function readCells(row: string): string[] {
  const cells = [""];
  for (let index = 0; index < row.length; index++) {
    const character = row[index] ?? "";
    if (character === "|") cells.push("");
    else if (character === "\\") cells[cells.length - 1] += character + (row[++index] ?? "");
    else cells[cells.length - 1] += character;
  }
  return cells.slice(1, -1);
}

/** The text of a code span that is the whole input, or null. */
function readSpan(markdown: string): string | null {
  const ticks = /^`+/u.exec(markdown)?.[0] ?? "";
  const closing = [...markdown.slice(ticks.length).matchAll(/`+/gu)].find(([run]) => run === ticks);
  if (ticks === "" || closing === undefined) return null;
  const end = ticks.length + closing.index;
  return end + ticks.length === markdown.length ? markdown.slice(ticks.length, end) : null;
}

describe("running text", () => {
  it.each(HOSTILE_CASES)("is no more than text: %s", (_, text) => {
    expect(faultsOf(plain(text))).toEqual([]);
  });

  it("is no more than text, whatever the pieces", () => {
    fc.assert(fc.property(anyText, (text) => faultsOf(plain(text)).length === 0));
  });

  it("reads as it was written", () => {
    expect(plain("exit 1: disk 97 % full (/var)")).toBe("exit 1: disk 97 % full (/var)");
  });

  it("is bounded by code points and never splits a pair", () => {
    const text = plain("😀".repeat(1_000), 10);
    expect([...text]).toHaveLength(10);
    expect(text).toBe(`${"😀".repeat(9)}…`);
  });
});

describe("a table row", () => {
  it.each(HOSTILE_CASES)("keeps its cells around %s", (_, text) => {
    expect(readCells(tableRow([cell(text), codeCell(text), "end"]))).toHaveLength(3);
  });

  it("keeps its cells, whatever the pieces", () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        const row = tableRow([codeCell(one), cell(other), codeCell(other)]);
        expect(row).not.toMatch(/[\n\r]/u);
        expect(readCells(row)).toHaveLength(3);
      }),
    );
  });
});

describe("a code span", () => {
  it.each(HOSTILE_CASES.filter(([, text]) => text !== ""))("holds all of %s", (_, text) => {
    expect(readSpan(code(text))).not.toBeNull();
  });

  it("holds all of it, whatever the pieces, and mentions nobody when quoted without it", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const span = code(text);
        if (span !== "(empty)") expect(readSpan(span)).not.toBeNull();
        expect(span).not.toMatch(/@\w|<!--/u);
      }),
    );
  });

  it("says that nothing is there", () => {
    expect(code("")).toBe("(empty)");
  });
});

describe("a fence", () => {
  const isClosedOnlyAtItsEnd = (block: string) => {
    const lines = block.split("\n");
    const ticks = /^`+/u.exec(lines[0] ?? "")?.[0] ?? "";
    const closing = lines
      .slice(1)
      .findIndex((line) => /^ {0,3}`+\s*$/u.test(line) && line.trim().length >= ticks.length);
    return ticks.length >= 3 && closing === lines.length - 2;
  };

  it.each(HOSTILE_CASES)("is not left by %s", (_, text) => {
    expect(isClosedOnlyAtItsEnd(fence(text))).toBe(true);
    expect(isClosedOnlyAtItsEnd(fenceExact(text, "sh"))).toBe(true);
  });

  it("is not left, whatever the pieces", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(isClosedOnlyAtItsEnd(fence(text))).toBe(true);
        expect(isClosedOnlyAtItsEnd(fenceExact(text, "sh"))).toBe(true);
      }),
    );
  });

  it("shows a command exactly, but for what cannot be seen", () => {
    expect(fenceExact("ssh deploy@host \\\n\t'a b'", "sh")).toBe("```sh\nssh deploy@host \\\n\t'a b'\n```");
    expect(fenceExact("rm \u202etxt", "sh")).toBe("```sh\nrm \\u{202e}txt\n```");
  });

  it("keeps the lines of outside text, and is bounded", () => {
    expect(fence("one\r\ntwo\nthree")).toBe("```text\none\ntwo\nthree\n```");
    expect([...fence("😀".repeat(9_000), 100)].length).toBeLessThan(120);
  });
});

describe("a link", () => {
  it("is made of plain addresses only", () => {
    expect(link("The run", "https://github.com/acme/shop/actions/runs/1")).toBe(
      "[The run](https://github.com/acme/shop/actions/runs/1)",
    );
    for (const url of [
      "javascript:alert(1)",
      "https://a.example/)x",
      "https://a.example/ b",
      "https://u:p@a.example/",
    ]) {
      expect(isPlainUrl(url)).toBe(false);
    }
    expect(link("x", "javascript:alert(1)")).toBe("x: `javascript:alert(1)`");
  });
});
