import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { describe, expect, it } from "vitest";
import { listFiles } from "./tree.ts";

const files = listFiles();
/** Put together here, so that this file is no finding of its own. */
const REGISTRIES = [
  ["registry", "npmjs", "org"],
  ["registry", "yarnpkg", "com"],
  ["npm", "pkg", "github", "com"],
  ["pypi", "org"],
  ["files", "pythonhosted", "org"],
  ["proxy", "golang", "org"],
  ["index", "crates", "io"],
].map((parts) => parts.join("."));
/** `/` would be in every file: a home or checkout right under the root cannot be told from other text. */
const machinePaths = [process.cwd(), homedir()]
  .filter((place) => place.length > 1)
  .map((place) => `${place}/`);

function mentions(needles: readonly string[]): string[] {
  return files.flatMap((file) => {
    const text = readFileSync(file, "utf8");
    return needles.filter((needle) => text.includes(needle)).map((needle) => `${file}: ${needle}`);
  });
}

describe("the files of the project", () => {
  it("name no registry", () => {
    expect(files.length).toBeGreaterThan(50);
    expect(mentions(REGISTRIES)).toEqual([]);
  });

  it("name no path of the machine that they were written on", () => {
    expect(mentions(machinePaths)).toEqual([]);
  });

  it("have kebab-case names in src, test and scripts", () => {
    const named = files.filter(
      (file) => /^(src|test|scripts)\//.test(file) && !file.startsWith("test/fixtures/"),
    );
    const odd = named.filter(
      (file) => !file.split("/").every((part) => /^[a-z0-9]+([-.][a-z0-9]+)*$/.test(part)),
    );
    expect(odd).toEqual([]);
  });

  it("hold no conflict marker and no unfinished note", () => {
    const text = files.filter((file) => !file.startsWith("dist/") && /\.(ts|md|ya?ml|json)$/.test(file));
    const marked = text.filter((file) =>
      /^(<{7}|>{7}) |\b(TODO|FIXME|XXX)\b(?! ?\(?#\d)/m.test(readFileSync(file, "utf8")),
    );
    expect(marked.filter((file) => file !== "test/contract/tree.test.ts")).toEqual([]);
  });
});
