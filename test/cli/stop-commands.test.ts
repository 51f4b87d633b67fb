import { describe, expect, it } from "vitest";
import { stopCommands } from "../../src/cli/stop-commands.ts";

function open() {
  const written: string[] = [];
  let tokens = 0;
  const log = stopCommands({
    write: (text) => void written.push(text),
    newToken: () => `token-${++tokens}`,
  });
  return { log, written };
}

describe("a log that a runner reads along", () => {
  it("holds foreign text between a pause and its token, and our commands outside", () => {
    const { log, written } = open();
    log.command("::group::Batch 1");
    log.write("web-1 | ::error::x\n");
    log.write("web-1 | y\n");
    log.command("::endgroup::");
    log.write("z\n");
    log.resume();
    log.resume();
    expect(written.join("").split("\n")).toEqual([
      "::group::Batch 1",
      "::stop-commands::token-1",
      "web-1 | ::error::x",
      "web-1 | y",
      "::token-1::",
      "::endgroup::",
      "::stop-commands::token-2",
      "z",
      "::token-2::",
      "",
    ]);
  });

  it("is not touched where nothing foreign was written", () => {
    const { log, written } = open();
    log.resume();
    log.command("::group::x");
    expect(written).toEqual(["::group::x\n"]);
  });
});
