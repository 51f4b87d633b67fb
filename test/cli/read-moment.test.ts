import { describe, expect, it } from "vitest";
import { readMoment } from "../../src/cli/read-moment.ts";
import { ChangeError } from "../../src/errors.ts";

describe("the value of --at", () => {
  it.each([
    ["2026-11-27T18:00", "2026-11-27T09:00:00.000Z"],
    ["2026-11-27", "2026-11-26T15:00:00.000Z"],
    ["2026-11-27T18:00:30", "2026-11-27T09:00:30.000Z"],
    ["2026-11-27T18:00Z", "2026-11-27T18:00:00.000Z"],
    ["2026-11-27T18:00-05:00", "2026-11-27T23:00:00.000Z"],
  ])("reads %s, on the plan's clock unless it says otherwise", (text, expected) => {
    expect(new Date(readMoment(text, "Asia/Seoul")).toISOString()).toBe(expected);
  });

  it.each(["", "now", "18:00", "2026-13-01T00:00", "-271821-04-20T00:00Z", "+275760-09-13T00:00Z"])(
    "refuses %j",
    (text) => {
      expect(() => readMoment(text, "UTC")).toThrow(ChangeError);
    },
  );
});
