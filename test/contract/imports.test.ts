import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { importsOf, listFiles } from "./tree.ts";

const sources = listFiles("src/*.ts", "src/**/*.ts");
const PURE = ["plan", "gate", "rollout", "health", "report"];
const PURE_PACKAGES = ["zod", "yaml", "temporal-polyfill"];
const ENTRIES = ["src/index.ts", "src/post.ts", "src/cli.ts"];

const folderOf = (file: string) => file.split("/")[1] ?? "";
/** An adapter is a folder, or a single file, right under src/adapters. */
const adapterOf = (file: string) => file.split("/")[2]?.replace(/\.ts$/, "") ?? "";
const isAdapter = (file: string) => file.startsWith("src/adapters/");
const isComposition = (file: string) => /^src\/(index|post|cli|compose|compose\/.+)\.ts$/.test(file);
/** No adapters themselves: what several of them are made of. */
const SHARED_BY_ADAPTERS = ["src/adapters/wait-limit.ts"];
/** Pure as well, and used on both sides of the ports. */
const COMMON = ["src/errors.ts", "src/quote-word.ts", "src/on-abort.ts"];
const isCore = (file: string) => PURE.includes(folderOf(file)) || COMMON.includes(file);
const packageOf = (name: string) => name.split("/", name.startsWith("@") ? 2 : 1).join("/");

/** `file → import` for every import of the files that the rule forbids. */
function violations(files: readonly string[], forbidden: (name: string, file: string) => boolean): string[] {
  const imports = files.flatMap((file) => importsOf(file).map((name) => ({ file, name })));
  return imports
    .filter(({ file, name }) => forbidden(name, file))
    .map(({ file, name }) => `${file} → ${name}`);
}

describe("the import rules", () => {
  it("see every import of every source file", () => {
    expect(sources.length).toBeGreaterThan(20);
    expect(importsOf("src/ports.ts")).toEqual([
      "src/plan/change.ts",
      "src/rollout/event-parts.ts",
      "src/rollout/events.ts",
      "src/rollout/state.ts",
    ]);
    // Both forms below would slip past them.
    const hidden = sources.filter((file) =>
      /\brequire\(|\bimport\(\s*[^"\s]/.test(readFileSync(file, "utf8")),
    );
    expect(hidden).toEqual([]);
  });

  it("keep the core pure: plan, gate, rollout, health and report know three libraries and each other", () => {
    const allowed = (name: string) =>
      name.startsWith("src/") ? isCore(name) : PURE_PACKAGES.includes(packageOf(name));
    expect(violations(sources.filter(isCore), (name) => !allowed(name))).toEqual([]);
  });

  it("let an adapter know the ports and the core, and no other adapter", () => {
    const allowed = (name: string, file: string) =>
      !name.startsWith("src/") ||
      isCore(name) ||
      name === "src/ports.ts" ||
      SHARED_BY_ADAPTERS.includes(name) ||
      (isAdapter(name) && adapterOf(name) === adapterOf(file));
    expect(violations(sources.filter(isAdapter), (name, file) => !allowed(name, file))).toEqual([]);
  });

  it("let what adapters share know the core alone", () => {
    expect(violations(SHARED_BY_ADAPTERS, (name) => !isCore(name))).toEqual([]);
  });

  it("let only the composition root name an adapter", () => {
    const others = sources.filter((file) => !isAdapter(file) && !isComposition(file));
    expect(violations(others, isAdapter)).toEqual([]);
  });

  it("let the engine reach the world through the ports only", () => {
    const engine = sources.filter((file) => /^src\/(engine|rehearsal)\//.test(file));
    const allowed = (name: string) =>
      isCore(name) || name === "src/ports.ts" || /^src\/(engine|rehearsal)\//.test(name);
    expect(violations(engine, (name) => !allowed(name))).toEqual([]);
  });

  it("keep GitHub's toolkit out of the command line and the demo", () => {
    const shell = sources.filter((file) => /^src\/(cli|demo)\//.test(file));
    expect(violations(shell, (name) => /^@(actions|octokit)\//.test(name))).toEqual([]);
  });

  it("let nothing import an entry, and nothing import from outside src", () => {
    expect(violations(sources, (name) => ENTRIES.includes(name))).toEqual([]);
    expect(violations(sources, (name) => /^(\.|test\/|scripts\/|build\/|dist\/)/.test(name))).toEqual([]);
  });

  it("allow no barrel", () => {
    const barrels = sources.filter((file) => /^export \*/m.test(readFileSync(file, "utf8")));
    expect(barrels).toEqual([]);
  });
});
