import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS, FLAGS } from "../../src/cli/commands.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import { localLinks, readTable } from "./markdown.ts";
import { listFiles } from "./tree.ts";

const pages = listFiles("*.md").filter((file) => /^(README|CONTRIBUTING|docs\/|examples\/)/.test(file));
const read = (file: string) => readFileSync(file, "utf8");
const readme = read("README.md");

describe("the documents", () => {
  it("link only to what is there", () => {
    expect(pages).toEqual(
      expect.arrayContaining(["CONTRIBUTING.md", "README.md", "docs/architecture.md", "docs/runbook.md"]),
    );
    const broken = pages.flatMap((page) =>
      localLinks(read(page))
        .filter((link) => !existsSync(path.join(path.dirname(page), link)))
        .map((link) => `${page}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  it("name only files and folders of the source that are there", () => {
    const named = pages.flatMap((page) =>
      [
        ...read(page).matchAll(
          /`((?:src|test|scripts|examples|docs|\.ci|\.github|workflows-templates)\/[\w./-]*)`/g,
        ),
      ].map(([, file]) => `${page}: ${file}`),
    );
    expect(named.length).toBeGreaterThan(10);
    const files = listFiles();
    const isThere = (place: string) => files.some((file) => file === place || file.startsWith(place));
    expect(named.filter((entry) => !isThere(entry.split(": ")[1] ?? ""))).toEqual([]);
  });

  it("name only npm scripts that are there", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script ?? ""),
    );
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});

describe("the first plan of README.md", () => {
  const [, text = ""] = /```yaml\n(change-plan: [\s\S]*?)```/.exec(readme) ?? [];

  it("is valid, without a warning", () => {
    expect(parsePlan(text)).toMatchObject({ ok: true, issues: [] });
  });
});

describe("README.md on the command line", () => {
  it("lists every command, in the order of the help", () => {
    const rows = readTable(readme, "The command line").map(
      ([usage]) => usage?.replaceAll("`", "").split(" ")[0],
    );
    expect(rows).toEqual(Object.keys(COMMANDS));
  });

  it("names only flags that are there", () => {
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/change-deploy [^\n`]*?--([a-z-]+)/g)].map(([, flag]) => flag ?? ""),
    );
    expect(named.filter((flag) => !(flag in FLAGS))).toEqual([]);
  });
});
