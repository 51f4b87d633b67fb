import { describe, expect, it } from "vitest";
import { parseArguments } from "../../src/cli/arguments.ts";
import { COMMANDS, type CommandName, flagsOf } from "../../src/cli/commands.ts";
import { renderHelp } from "../../src/cli/help.ts";

const names = Object.keys(COMMANDS) as CommandName[];
const COLUMNS = 100;

describe("the overview", () => {
  const text = renderHelp(null);

  it.each(names)("names %s and what it does", (name) => {
    expect(text).toContain(COMMANDS[name].summary);
  });

  it("lists every exit code once", () => {
    const codes = [...text.matchAll(/^ {2}(\d) /gm)].map(([, code]) => code);
    expect(codes).toEqual(["0", "1", "2", "3", "4", "5"]);
  });
});

describe.each(names)("the help of %s", (name) => {
  it("names every flag that the command takes, and no other", () => {
    const text = renderHelp(name).split("Exit codes:")[0]!.split("Examples:")[0]!;
    const named = [...text.matchAll(/^ {2}(?:-\w, )?--([\w-]+)/gm)].map(([, flag]) => flag);
    expect(named.sort()).toEqual([...flagsOf(name)].sort());
  });

  it("gives examples that are accepted", () => {
    for (const example of COMMANDS[name].examples) {
      const [program, ...argv] = example.split(" ");
      expect(program).toBe("change-deploy");
      expect(() => parseArguments(argv)).not.toThrow();
    }
  });
});

describe.each([null, ...names])("the layout of help %s", (topic) => {
  it("fits a terminal of 100 columns", () => {
    const tooLong = renderHelp(topic)
      .split("\n")
      .filter((line) => line.length > COLUMNS);
    expect(tooLong).toEqual([]);
  });
});
