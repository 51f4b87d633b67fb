import { describe, expect, it } from "vitest";
import { type Command, parseArguments, wantsJson } from "../../src/cli/arguments.ts";
import { ChangeError } from "../../src/errors.ts";

const looks = { json: false, plain: false, noColor: false };
const place = { environment: "local", journal: null, journalPrefix: null };

const split = (line: string) => line.split(" ").filter((word) => word !== "");
const parse = (line: string) => parseArguments(split(line));

function refusal(argv: readonly string[]): { message: string; hint: string } {
  try {
    parseArguments(argv);
  } catch (error) {
    if (error instanceof ChangeError && error.code === "INPUT_INVALID") {
      return { message: error.message, hint: error.hint ?? "" };
    }
    throw error;
  }
  throw new Error(`"${argv.join(" ")}" was accepted`);
}

const ACCEPTED: readonly (readonly [string, Command])[] = [
  ["validate p.yml", { kind: "validate", plan: "p.yml", strict: false, environment: "local", ...looks }],
  [
    "validate --strict p.yml --json",
    { kind: "validate", plan: "p.yml", strict: true, environment: "local", ...looks, json: true },
  ],
  [
    "explain p.yml",
    { kind: "explain", plan: "p.yml", version: null, at: null, environment: "local", ...looks },
  ],
  [
    "explain p.yml --to 2.0 --at 2026-11-27T18:00 --environment e --json",
    {
      ...{ kind: "explain", plan: "p.yml", version: "2.0", at: "2026-11-27T18:00", environment: "e" },
      ...{ ...looks, json: true },
    },
  ],
  [
    "rehearse p.yml --fail a --fail b:Install --unhealthy c@2m --trigger t@1m --crash 12 --answer hold",
    {
      ...{ kind: "rehearse", plan: "p.yml", version: null, at: null, environment: "local" },
      ...{
        fail: ["a", "b:Install"],
        unhealthy: ["c@2m"],
        trigger: ["t@1m"],
        crash: ["12"],
        answer: ["hold"],
      },
      ...looks,
    },
  ],
  ["run p.yml", { kind: "run", plan: "p.yml", version: null, approvedBy: null, ...place, ...looks }],
  [
    "run p.yml --to 2.0 --approved-by hubot",
    { kind: "run", plan: "p.yml", version: "2.0", approvedBy: "hubot", ...place, ...looks },
  ],
  [
    "run p.yml --to=-rc1 --environment prod --journal origin --journal-prefix refs/heads/cd --plain --no-color",
    {
      ...{ kind: "run", plan: "p.yml", version: "-rc1", approvedBy: null },
      ...{ environment: "prod", journal: "origin", journalPrefix: "refs/heads/cd" },
      ...{ json: false, plain: true, noColor: true },
    },
  ],
  ["--json status", { kind: "status", change: null, ...place, ...looks, json: true }],
  ["status CHG-1", { kind: "status", change: "CHG-1", ...place, ...looks }],
  ["resume", { kind: "resume", change: null, ...place, ...looks }],
  [
    "rollback CHG-1 --environment e",
    { kind: "rollback", repaired: false, restore: [], change: "CHG-1", ...place, environment: "e", ...looks },
  ],
  [
    "rollback --repaired",
    { kind: "rollback", repaired: true, restore: [], change: null, ...place, ...looks },
  ],
  [
    "rollback --restore database --restore=files",
    {
      ...{ kind: "rollback", repaired: false, restore: ["database", "files"], change: null },
      ...{ ...place, ...looks },
    },
  ],
  ["tell hold", { kind: "tell", what: "hold", change: null, restore: [], as: null, ...place, ...looks }],
  [
    "tell rollback CHG-1 --restore database --as octocat",
    {
      ...{ kind: "tell", what: "rollback", change: "CHG-1", restore: ["database"], as: "octocat" },
      ...{ ...place, ...looks },
    },
  ],
  ["report -- --odd", { kind: "report", change: "--odd", ...place, ...looks }],
  ["demo", { kind: "demo", ...looks }],
  ["help", { kind: "help", topic: null, ...looks }],
  ["--help", { kind: "help", topic: null, ...looks }],
  ["help run", { kind: "help", topic: "run", ...looks }],
  ["run -h", { kind: "help", topic: "run", ...looks }],
  ["version", { kind: "version", ...looks }],
  ["--version", { kind: "version", ...looks }],
];

const REFUSED: readonly (readonly [line: string, message: string, hint: string])[] = [
  ["", "No command is given.", "validate, explain, rehearse, run"],
  ["rnu p.yml", "There is no command `rnu`.", "Did you mean `run`?"],
  ["stat", "There is no command `stat`.", "Did you mean `status`?"],
  ["frobnicate", "There is no command `frobnicate`.", "The commands are validate"],
  ["help runn", "There is no command `runn`.", "Did you mean `run`?"],
  ["run", "`run` needs a PLAN.", "change-deploy run PLAN"],
  ["validate --strict", "`validate` needs a PLAN.", "change-deploy validate PLAN"],
  ["run p.yml 2.0", "`run` takes one PLAN, and `2.0` is one too many.", "--to 2.0"],
  ["status a b", "`status` takes one CHANGE, and `b` is one too many.", "help status"],
  ["tell", "`tell` needs a WHAT.", "continue, hold, rollback or abort"],
  ["tell hodl", "`tell hodl` is nothing that a change understands.", "Did you mean `hold`?"],
  ["tell faster", "`tell faster` is nothing that a change understands.", "continue, hold, rollback, abort"],
  ["tell hold --restore database", "`tell hold` restores nothing.", "tell rollback"],
  [
    "tell hold CHG-1 CHG-2",
    "`tell` takes one WHAT and one CHANGE, and `CHG-2` is one too many.",
    "help tell",
  ],
  ["run p.yml --approved-by", "--approved-by needs a value.", "--approved-by NAME"],
  ["run p.yml --restore x", "`run` takes no --restore.", "It goes with rollback, tell."],
  ["demo fast", "`demo` takes nothing more, and `fast` is one too many.", "help demo"],
  ["run p.yml --enviroment x", "There is no flag --enviroment.", "Did you mean --environment?"],
  ["run p.yml --env x", "There is no flag --env.", "Did you mean --environment?"],
  ["run p.yml --wobble", "There is no flag --wobble.", "change-deploy help run"],
  ["run p.yml -x", "There is no flag -x.", "change-deploy help run"],
  ["run p.yml --to", "--to needs a value.", "--to VERSION"],
  ["run p.yml --to --json", "--to needs a value.", "--to=--json"],
  ["run p.yml --to=", "--to needs a value.", "--to VERSION"],
  ["run p.yml --to 1 --to 2", "--to is given twice.", "once"],
  ["run p.yml --json=yes", "--json takes no value.", "--json alone"],
  ["run p.yml --strict", "`run` takes no --strict.", "It goes with validate."],
  ["status --to 2.0", "`status` takes no --to.", "It goes with explain, rehearse, run."],
  ["status --version", "`status` takes no --version.", "without a command"],
];

describe("parseArguments", () => {
  it.each(ACCEPTED)("reads `%s`", (line, command) => {
    expect(parse(line)).toEqual(command);
  });

  it.each(REFUSED)("refuses `%s` and says what to write", (line, message, hint) => {
    const refused = refusal(split(line));
    expect(refused.message).toBe(message);
    expect(refused.hint).toContain(hint);
  });

  it("refuses a control character in a value", () => {
    expect(refusal(["run", "p.yml", "--to", "2\n0"]).message).toContain("control character");
  });

  it("refuses an empty operand", () => {
    expect(refusal(["run", ""]).message).toBe("`run` needs a PLAN.");
  });

  it("answers at once for words of any length", () => {
    expect(refusal(["x".repeat(100_000)]).hint).toContain("The commands are");
  });

  it.each(["constructor", "__proto__", "toString"])("takes %s for no command and no flag", (word) => {
    expect(refusal([word]).message).toContain("There is no command");
    expect(refusal(["run", "p.yml", `--${word}`]).message).toContain("There is no flag");
  });
});

describe("wantsJson", () => {
  it("sees the flag before the arguments are understood, and not behind --", () => {
    expect(wantsJson(["rnu", "--json"])).toBe(true);
    expect(wantsJson(["status", "--", "--json"])).toBe(false);
    expect(wantsJson(["status"])).toBe(false);
  });
});
