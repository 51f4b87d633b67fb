import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { blobName } from "../../../src/adapters/github/blob-name.ts";

it.each(["", "change-plan: 1\n", "two\r\nlines", "한국어 😀"])(
  "git names the content %j the same",
  (text) => {
    const name = execFileSync("git", ["hash-object", "--stdin", "--no-filters"], {
      input: text,
      encoding: "utf8",
    });
    expect(blobName(Buffer.from(text))).toBe(name.trim());
  },
);
