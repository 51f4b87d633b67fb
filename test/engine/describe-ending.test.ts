import { describe, expect, it } from "vitest";
import { describeEnding } from "../../src/engine/describe-ending.ts";

describe("how a command ended, in words", () => {
  it.each([
    [{ kind: "exited", code: 3 }, "exit 3"],
    [{ kind: "signalled", signal: "SIGKILL" }, "ended by SIGKILL"],
    [{ kind: "timed-out" }, "timed-out"],
    [{ kind: "cancelled" }, "cancelled"],
    [{ kind: "not-started", reason: "the host key has changed" }, "did not start: the host key has changed"],
    [{ kind: "lost", reason: "reset by peer" }, "was lost: reset by peer"],
  ] as const)("keeps the reason of %j", (ending, words) => {
    expect(describeEnding(ending)).toBe(words);
  });
});
