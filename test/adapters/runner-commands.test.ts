import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as runner from "../../src/adapters/runner-commands.ts";

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

describe("what the action says to its runner", () => {
  it("is a line for each annotation, with its place", () => {
    runner.notice("Nothing to do");
    runner.warning("late", { title: "Backup", file: "plan.yml", startLine: 3, startColumn: 7 });
    runner.error("wrong", { file: "plan.yml", startLine: 1, endLine: 2, endColumn: 4 });
    expect(printed).toBe(
      [
        "::notice::Nothing to do",
        "::warning title=Backup,file=plan.yml,line=3,col=7::late",
        "::error file=plan.yml,line=1,endLine=2,endColumn=4::wrong",
        "",
      ].join("\n"),
    );
  });

  it("lets no text end its line, its property or its command", () => {
    runner.error("50 %\r\n::stop-commands::x", { title: "a:b,c\n::add-mask::d %0A" });
    expect(printed).toBe(
      "::error title=a%3Ab%2Cc%0A%3A%3Aadd-mask%3A%3Ad %250A::50 %25%0D%0A::stop-commands::x\n",
    );
  });

  it("masks a secret whole, over several lines", () => {
    runner.setSecret("first\nsecond");
    expect(printed).toBe("::add-mask::first%0Asecond\n");
  });

  it("fails the job with an error", () => {
    const before = process.exitCode;
    runner.setFailed("rolled back");
    const after = process.exitCode;
    process.exitCode = before;
    expect([after, printed]).toEqual([1, "::error::rolled back\n"]);
  });

  it("leaves plain lines as they are", () => {
    runner.info("done: 50 %");
    expect(printed).toBe("done: 50 %\n");
  });
});

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

  it("are read back from the environment", () => {
    vi.stubEnv("STATE_phase", "deploy");
    expect([runner.getState("phase"), runner.getState("other")]).toEqual(["deploy", ""]);
  });
});
