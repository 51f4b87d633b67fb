import { describe, expect, it } from "vitest";
import { CORPUS } from "./corpus.ts";
import { findLive, readPage } from "./markdown-reader.ts";
import { findUnseemly, readLog } from "./runner-reader.ts";

/** A sink that passes on what it is given: each reader has to notice, or its silence proves nothing. */
const BROKEN = (text: string) => text;
const caught = (find: (text: string) => boolean) => CORPUS.filter(({ text }) => find(BROKEN(text))).length;

describe("the readers, before a sink that is broken", () => {
  it("see that the runner obeys", () => {
    expect(caught((text) => readLog(`${text}\n`).obeyed.length > 0)).toBeGreaterThan(100);
    expect(readLog("x ##[error]y").obeyed).toEqual([{ name: "error", properties: {}, data: "y" }]);
    expect(
      readLog("::stop-commands::t\n::error::x\n::t::\n::error title=a%2Cb::y%0Az").obeyed.slice(1),
    ).toEqual([{ name: "error", properties: { title: "a,b" }, data: "y\nz" }]);
    expect(readLog("::stop-commands::t\n::error::x", { deaf: true }).obeyed.map(({ name }) => name)).toEqual([
      "stop-commands",
      "error",
    ]);
  });

  it("see what no eye sees", () => {
    expect(caught((text) => findUnseemly(text).length > 0)).toBeGreaterThan(50);
  });

  it("see a page that is built of more than text", () => {
    const row = (text: string) => `| a |\n|---|\n| ${text} |\n\nafter ${text}\n`;
    const expected = readPage(row("harmless words")).skeleton.join();
    const built = caught((text) => readPage(row(text.slice(0, 300))).skeleton.join() !== expected);
    expect(built).toBeGreaterThan(80);
  });

  it("see what comes alive in prose", () => {
    expect(caught((text) => findLive(text).length > 0)).toBeGreaterThan(50);
  });
});
