import { describe, expect, it } from "vitest";
import { parseCommand } from "../../src/gate/parse-command.ts";

const command = (name: string, restore: readonly string[] = []) => ({ ok: true, command: { name, restore } });
const FULL = /Write `\/rollback`, or `\/rollback restore NAME`/;

describe("a comment", () => {
  it.each([
    ["/continue", command("continue")],
    ["/hold\nThe latency looks odd.", command("hold")],
    ["/abort\r\n\r\nWrong version", command("abort")],
    ["/rollback", command("rollback")],
    ["/Rollback \t", command("rollback")],
    ["/rollback restore database", command("rollback", ["database"])],
    ["/rollback  restore database files.v2 database", command("rollback", ["database", "files.v2"])],
  ])("%j is a command", (body, expected) => {
    expect(parseCommand(body)).toEqual(expected);
  });

  it.each([
    "",
    "continue",
    "please /continue",
    " /continue",
    "\n/continue",
    "> /continue",
    "`/continue`",
    "```\n/rollback\n```",
    "Thanks.\n/abort",
    "/continued",
    "/rollback-all",
    "/rollback;hold",
    "/deploy",
    "//hold",
    "\u200b/hold",
    "\ufeff/hold",
    "\u202e/hold",
    "/hold\u00a0now",
    "/ho\u0131d",
  ])("%j is an ordinary comment", (body) => {
    expect(parseCommand(body)).toBeNull();
  });

  it.each([
    ["/continue now", /`\/continue` stands alone on its line/],
    ["/hold database", /stands alone/],
    ["/rollback database", FULL],
    ["/rollback restore", FULL],
    ["/rollback restore $(reboot)", /names of backups/],
    ["/rollback restore ../etc", /names of backups/],
    [`/rollback restore ${"x".repeat(65)}`, /names of backups/],
    [`/rollback restore ${"x ".repeat(51)}`, /names of backups/],
  ])("%j begins as a command and is none", (body, message) => {
    expect(parseCommand(body)).toEqual({ ok: false, message: expect.stringMatching(message) });
  });
});
