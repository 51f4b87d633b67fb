import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type HostsFormat, parseHostsFile } from "../../src/plan/hosts-file.ts";

const faultsOf = (text: string, format: HostsFormat) => {
  const result = parseHostsFile(text, format);
  return result.ok ? [] : result.problems.map(({ line, code }) => `${line} ${code}`);
};

const THREE = [
  { name: "web-01", host: "10.0.0.11", zone: "a" },
  { name: "web-02", host: "web-02.example.com", zone: null },
  { name: "web-03", host: "web-03.example.com", zone: null },
];

describe("a file of hosts", () => {
  it.each<[string, HostsFormat, string]>([
    ["CSV", "csv", "name,host,zone\nweb-01,10.0.0.11,a\n\nweb-[02:03],web-[02:03].example.com,\n"],
    [
      "CSV of a spreadsheet",
      "csv",
      '\uFEFFHost,"Name", zone\r\n10.0.0.11,"web-01",a\r\nweb-[02:03].example.com,web-[02:03],""',
    ],
    [
      "a YAML list in braces",
      "yaml",
      '---\n# ours\n- { name: web-01, host: 10.0.0.11, zone: a }\n- { name: "web-[02:03]", host: "web-[02:03].example.com" }\n',
    ],
    [
      "a YAML list of blocks",
      "yaml",
      "  - name: web-01 # first\n    host: '10.0.0.11'\n\n    # where\n    zone: a\n\n\n  -  host: web-[02:03].example.com\n     name: web-[02:03]\n     zone: ~\n",
    ],
    [
      "a YAML list in brackets",
      "yaml",
      '[{"name":"web-01","host":"10.0.0.11","zone":"a"},{"name":"web-[02:03]","host":"web-[02:03].example.com"}]',
    ],
    [
      "JSON",
      "json",
      '[\n { "zone": "a", "name": "web-01", "host": "10.0.0.11" },\r\n\t{"name":"web-[02:0\\u0033]","host":"web-[02:03].example.com","zone":null}\n]\n',
    ],
  ])("is read as %s", (_form, format, text) => {
    expect(parseHostsFile(text, format)).toEqual({ ok: true, targets: THREE });
  });

  it("takes every YAML value as text", () => {
    expect(parseHostsFile("- name: 007\n- name: 1e3\n- name: yes\n", "yaml")).toMatchObject({
      targets: [{ name: "007" }, { name: "1e3" }, { name: "yes" }],
    });
  });

  it.each<[HostsFormat, string]>([
    ["csv", "name,host\n"],
    ["csv", ""],
    ["yaml", "# nobody\n---\n"],
    ["json", " [ ] "],
  ])("that lists nothing as %s is refused", (format, text) => {
    expect(faultsOf(text, format)).toEqual(["null hosts-file-empty"]);
  });

  it("of more than 16 MiB is refused without being read", () => {
    expect(faultsOf("x".repeat(16 * 1024 * 1024 + 1), "csv")).toEqual(["null hosts-file-too-large"]);
  });
});

describe("a mistake in a file of hosts", () => {
  it.each<[string, HostsFormat, string, string[]]>([
    ["a bad name", "csv", "name\nweb\n\nweb 1\n", ["4 target-name-invalid"]],
    ["a duplicate", "yaml", "- name: a\n- name: b\n  host: x\n- name: a\n", ["4 target-name-duplicate"]],
    ["an empty entry", "json", '[{"name":"a"},\n{}]', ["2 host-missing"]],
    ["an unknown column", "csv", "name,adress\na,b\n", ["1 hosts-file-syntax"]],
    ["a column that stands twice", "csv", "name,name\na,b\n", ["1 hosts-file-syntax"]],
    ["another separator", "csv", "name;host\na;b\n", ["1 hosts-file-syntax"]],
    ["no header", "csv", "web-01,10.0.0.1\n", ["1 hosts-file-syntax"]],
    [
      "a field too many, and one too few",
      "csv",
      "name,host\na,b,c\nd\ne,f",
      ["2 hosts-file-syntax", "3 hosts-file-syntax"],
    ],
    ["a quote left open", "csv", 'name\n"a\nb', ["2 hosts-file-syntax"]],
    ["a quote in the middle", "csv", 'name\na"b"', ["2 hosts-file-syntax"]],
    ["an unknown key", "yaml", "- name: a\n- name: b\n  adress: c\n", ["2 hosts-file-key"]],
    ["a key that stands twice", "yaml", "- { name: a, name: b }\n", ["1 hosts-file-syntax"]],
    ["a key that stands twice", "json", '[\n{"name":"a",\n"name":"b"}]', ["2 hosts-file-key"]],
    ["a merge key", "yaml", "- name: a\n- <<: { name: b }\n", ["2 hosts-file-syntax"]],
    ["an alias", "yaml", "- name: &a x\n- name: *a\n", ["2 hosts-file-syntax"]],
    ["a custom tag", "yaml", "- name: a\n- name: !env x\n", ["2 hosts-file-syntax"]],
    ["a nested value", "yaml", "- name: [a, b]\n", ["1 hosts-file-syntax"]],
    ["a plain list", "yaml", "- web-01\n", ["1 hosts-file-syntax"]],
    ["a map for a list", "yaml", "# inventory\nhosts:\n  - name: a\n", ["2 hosts-file-syntax"]],
    ["a second document", "yaml", "- name: a\n---\n- name: b\n", ["2 hosts-file-syntax"]],
    ["a dash out of line", "yaml", "  - name: a\n- name: b\n", ["2 hosts-file-syntax"]],
    ["a tab for indentation", "yaml", "- name: a\n\thost: b\n", ["2 hosts-file-syntax"]],
    ["a brace left open", "yaml", "- name: x\n- { name: a\n- name: b\n", ["2 hosts-file-syntax"]],
    ["a number for a name", "json", '[\n\n{"name":7}]', ["3 hosts-file-syntax"]],
    ["a map for a list", "json", '{"name":"a"}', ["1 hosts-file-syntax"]],
    ["a comma too many", "json", '[{"name":"a"},]', ["1 hosts-file-syntax"]],
    ["a comma too few", "json", '[{"name":"a"}\n{"name":"b"}]', ["2 hosts-file-syntax"]],
    ["text after the end", "json", '[{"name":"a"}] []', ["1 hosts-file-syntax"]],
    ["text that never ends", "json", '[{"name":"a', ["1 hosts-file-syntax"]],
    ["an escape that means nothing", "json", '[{"name":"\\q"}]', ["1 hosts-file-syntax"]],
    ["a key that reaches into the program", "json", '[{"__proto__":"x"}]', ["1 hosts-file-key"]],
  ])("%s (%s) is refused on its line", (_what, format, text, expected) => {
    expect(faultsOf(text, format)).toEqual(expected);
  });

  it("says what was expected and what was found", () => {
    expect(parseHostsFile('[{"name" "a"}]', "json")).toMatchObject({
      ok: false,
      problems: [{ message: 'Expected `:` and found "\\"a\\"}]".' }],
    });
  });

  it("ends the reading once there are too many entries, or too many mistakes", () => {
    expect(faultsOf(`name\n${"a b\n".repeat(500)}`, "csv")).toHaveLength(500);
    expect(faultsOf(`name\n${"a,b\n".repeat(500)}`, "csv")).toHaveLength(100);
    expect(faultsOf(`[${"{},".repeat(200_000)}{}]`, "json")).toHaveLength(1_000);
    const rows = Array.from({ length: 100_001 }, (_, index) => `n${index}`).join("\n");
    expect(faultsOf(`name\n${rows}`, "csv")).toEqual(["100002 targets-too-many"]);
  });
});

describe("hostile files of hosts", () => {
  const SIZE = 1_000_000;
  it.each<[string, string]>([
    ["open brackets", "[".repeat(SIZE)],
    ["open braces", `- ${"{".repeat(SIZE)}`],
    ["nested dashes", "- ".repeat(SIZE)],
    ["empty items", "-\n".repeat(SIZE)],
    ["blanks", `[${" ".repeat(SIZE)}`],
    ["an endless text", `[{"${"a".repeat(SIZE)}`],
    ["endless escapes", `[{"${"\\\\".repeat(SIZE)}`],
    ["quotes", `name\n${'"'.repeat(SIZE)}`],
    ["commas", `name\n${",".repeat(SIZE)}`],
    ["comments inside an entry", `- name: a\n${"# x\n".repeat(SIZE)}  host: b`],
  ])("of %s are refused in every format", (_what, text) => {
    for (const format of ["yaml", "json", "csv"] as const) {
      expect(parseHostsFile(text, format).ok).toBe(false);
    }
  });

  it("of any text give an answer with a place, never an exception", () => {
    const piece = fc.constantFrom(
      "- ",
      "name: ",
      "host",
      "{",
      "}",
      "[",
      "]",
      '"',
      "'",
      ",",
      "\n",
      " ",
      "\t",
      "a",
      ":",
      "#",
      "\\",
      "~",
      "|",
      "&a",
      "*a",
      "!t",
      "---",
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.constantFrom("yaml", "json", "csv"),
        (pieces, format) => {
          const result = parseHostsFile(pieces.join(""), format as HostsFormat);
          if (!result.ok)
            expect(result.problems.every((p) => p.hint !== "" && p.message.length < 600)).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("the quick reading of a YAML entry", () => {
  it("agrees with the YAML parser wherever both read the file", () => {
    const value = fc.constantFrom(
      "a",
      "web-01",
      "a:b",
      "x]",
      '"q-1"',
      "'s.1'",
      "fd00::1",
      "null",
      "~",
      "",
      "a #b",
      "a#b",
      '"a',
      "a: b",
      "'it''s'",
      '"\\u0061"',
      "w[1:2]",
    );
    const key = fc.constantFrom("name", "host", "zone");
    const pairs = fc.uniqueArray(fc.tuple(key, value), {
      minLength: 1,
      maxLength: 3,
      selector: ([name]) => name,
    });
    const layout = fc.constantFrom(
      (all: string[]) => `- { ${all.join(", ")} }`,
      (all: string[]) => `- {${all.join(" , ")}}  `,
      (all: string[]) => `- ${all.join("\n  ")}`,
      (all: string[]) => `-   ${all.join("\n    ")}`,
      (all: string[]) => ` - ${all.join("\n  ")}`,
      (all: string[]) => `- ${all.join("\n # c\n\n  ")}\n`,
    );
    fc.assert(
      fc.property(pairs, layout, (fields, lay) => {
        const text = lay(fields.map(([name, text]) => `${name}: ${text}`));
        const mine = parseHostsFile(text, "yaml");
        fc.pre(mine.ok);
        expect(parseHostsFile(readWhole(text), "json")).toEqual(mine);
      }),
      { numRuns: 600 },
    );
  });
});

/** The same file as the YAML parser understands it, all values as text, and `~` as none. */
function readWhole(text: string): string {
  const list: Record<string, string>[] = parse(text, { schema: "failsafe" });
  const absent = (value: string) => value === "~" || value === "null";
  return JSON.stringify(
    list
      .map((entry) => Object.entries(entry).map(([key, value]) => [key, absent(value) ? null : value]))
      .map((fields) => Object.fromEntries(fields)),
  );
}
