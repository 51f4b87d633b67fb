import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findExamples } from "../../src/demo/find-examples.ts";
import { Workspace } from "../../src/demo/workspace.ts";
import { EXAMPLES } from "./stage.ts";

let home: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "change-deploy-home-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

describe("the demo's workspace", () => {
  it("works whatever this machine's git is set to, and inside another repository's hook", async () => {
    await writeFile(
      path.join(home, ".gitconfig"),
      "[commit]\n\tgpgsign = true\n[core]\n\thooksPath = /nowhere\n",
    );
    vi.stubEnv("HOME", home);
    vi.stubEnv("GIT_DIR", path.join(home, "other.git"));
    vi.stubEnv("GITHUB_TOKEN", "not-for-the-demo");
    const workspace = await Workspace.create(EXAMPLES);
    try {
      await workspace.commit([{ name: "web-01", port: 20_001 }]);
      expect(await workspace.git(["log", "--format=%s"])).toBe("Plans for the web shop\n");
      expect(await workspace.git(["show", "HEAD:hosts.yml"])).toBe('- { name: web-01, host: "20001" }\n');
      expect(await workspace.git(["rev-parse", "--show-toplevel"])).toBe(`${workspace.folder}\n`);
      expect(Object.keys(workspace.env)).not.toContain("GITHUB_TOKEN");
    } finally {
      await workspace.stop();
    }
    expect(existsSync(workspace.folder)).toBe(false);
    expect(existsSync(path.join(home, "other.git"))).toBe(false);
  });

  it("says that git is missing, and leaves no folder", async () => {
    vi.stubEnv("TMPDIR", home);
    vi.stubEnv("PATH", home);
    await expect(Workspace.create(EXAMPLES)).rejects.toMatchObject({ code: "GIT_MISSING" });
    expect(readdirSync(home)).toEqual([]);
  });
});

describe("findExamples", () => {
  it("finds them beside the bundle", () => {
    expect(findExamples(path.resolve("dist/cli.js"))).toBe(EXAMPLES);
  });

  it("falls back to the place of its own file", () => {
    expect(findExamples(path.join(home, "elsewhere.js"))).toBe(EXAMPLES);
    expect(findExamples(undefined)).toBe(EXAMPLES);
  });
});
