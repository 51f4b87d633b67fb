import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as runner from "../../src/adapters/runner-files.ts";

let folder: string;
let printed: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "change-deploy-runner-"));
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function runnerFile(variable: string): () => string {
  const file = path.join(folder, variable);
  writeFileSync(file, "");
  vi.stubEnv(variable, file);
  return () => readFileSync(file, "utf8");
}

/** As the runner reads its files: `name<<delimiter`, the value's lines, the delimiter. */
function readBlocks(text: string): [string, string][] {
  const block = /^([^\n]+?)<<([^\n]+)\n([\s\S]*?)\n\2\n/gm;
  return [...text.matchAll(block)].map(([, name = "", , value = ""]) => [name, value]);
}

describe("outputs and states", () => {
  it("go into the runner's files, whatever is in them", () => {
    const outputs = runnerFile("GITHUB_OUTPUT");
    const states = runnerFile("GITHUB_STATE");
    const forged = "x\nghadelimiter_1\noutcome<<E\nsucceeded\nE";
    runner.setOutput("result", forged);
    runner.setOutput("outcome", "held");
    runner.saveState("phase", "deploy");
    expect(readBlocks(outputs())).toEqual([
      ["result", forged],
      ["outcome", "held"],
    ]);
    expect(readBlocks(states())).toEqual([["phase", "deploy"]]);
    expect(printed).toBe("");
  });

  it("end every block with a delimiter of its own", () => {
    const outputs = runnerFile("GITHUB_OUTPUT");
    runner.setOutput("a", "1");
    runner.setOutput("b", "2");
    const delimiters = outputs().match(/<<\S+/g) ?? [];
    expect(new Set(delimiters).size).toBe(2);
  });

  it("are said as commands where there is no file", () => {
    for (const variable of ["GITHUB_OUTPUT", "GITHUB_STATE"]) vi.stubEnv(variable, "");
    runner.setOutput("outcome", "a\nb");
    runner.saveState("phase", "deploy");
    expect(printed).toBe("\n::set-output name=outcome::a%0Ab\n::save-state name=phase::deploy\n");
  });
});
