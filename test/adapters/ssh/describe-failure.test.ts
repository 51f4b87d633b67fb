import { describe, expect, it } from "vitest";
import { sanitiseLine } from "../../../src/adapters/output/sanitise.ts";
import { describeFailure } from "../../../src/adapters/ssh/describe-failure.ts";

describe("why there is no connection", () => {
  it.each([
    ["", "the connection ended without a word"],
    [
      "ssh: connect to host web-1 port 22: Connection refused\r\n",
      "ssh: connect to host web-1 port 22: Connection refused",
    ],
    ["deploy@web-1: Permission denied (publickey).\r\n", "deploy@web-1: Permission denied (publickey)."],
    ["a\nb\nc\nd\n", "b c d"],
    ["\u001b[31mred\u001b[0m ##[error]x", "red ## [error]x"],
  ])("is what ssh said last: %j", (stderr, reason) => {
    expect(describeFailure(stderr, sanitiseLine)).toBe(reason);
  });

  it("names a changed host key, whatever else is said about it", () => {
    const stderr = [
      "@@@@@@@@@@@@@@@@@@@@@@@@@@@@",
      "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @",
      "@@@@@@@@@@@@@@@@@@@@@@@@@@@@",
      "IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!",
      "Offending ED25519 key in known-hosts:1",
      "Host key for web-1 has changed and you have requested strict checking.",
      "Host key verification failed.",
    ].join("\r\n");
    expect(describeFailure(stderr, sanitiseLine)).toBe(
      "the host's key is not the known one: Offending ED25519 key in known-hosts:1 Host key for web-1 has changed and you have requested strict checking. Host key verification failed.",
    );
  });

  it("is bounded", () => {
    expect(describeFailure("x".repeat(4_000), sanitiseLine).length).toBeLessThanOrEqual(300);
  });
});
