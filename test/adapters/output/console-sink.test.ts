import { describe, expect, it } from "vitest";
import { consoleSink } from "../../../src/adapters/output/console-sink.ts";
import { createRedactor } from "../../../src/adapters/output/redactor.ts";

function sink() {
  const written: string[] = [];
  const redactor = createRedactor();
  redactor.register("s3cr3t-value");
  const { line } = consoleSink({ write: (text) => void written.push(text), redact: redactor.redact });
  return { line, written };
}

describe("a line that a command printed", () => {
  it.each([
    ["web-1", "hello", "web-1 | hello\n"],
    ["web-1", "::error::x", "web-1 | ::error::x\n"],
    ["web-1", "  ::set-output name=a::b", "web-1 |   ::set-output name=a::b\n"],
    ["web-1", "x ##[add-mask]y", "web-1 | x ## [add-mask]y\n"],
    ["web-1", "two\nlines\r\n::error::x", "web-1 | twolines::error::x\n"],
    ["web-1", "a s3cr3t-value b", "web-1 | a *** b\n"],
    ["web-1", "\u001b[31ms3cr3t\u001b[0m-value", "web-1 | ***\n"],
    [" ::error::\n", "x", "error:: | x\n"],
    ["", "::error::x", " | ::error::x\n"],
  ])("is written with the label %j in front: %j", (label, text, expected) => {
    const { line, written } = sink();
    line(label, text);
    expect(written).toEqual([expected]);
  });

  it("is cut after its secrets are masked, and says by how much", () => {
    const { line, written } = sink();
    line("web-1", `${"x".repeat(3_995)}s3cr3t-value and ${"y".repeat(100)}`);
    expect(written).toEqual([`web-1 | ${"x".repeat(3_995)}*** a… (103 more characters)\n`]);
  });
});
