import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listChanges } from "../../../src/adapters/git/list-changes.ts";
import {
  changeRef,
  decodeName,
  encodeName,
  leaseRef,
  parseChangeRef,
} from "../../../src/adapters/git/names.ts";
import { expectSound, makeRepository, open, openAt, passed } from "./setup.ts";

const AWKWARD = [
  "CHG-2026-0142",
  "team/service",
  "two words",
  "..",
  "../../heads/main",
  ".hidden",
  "ends.",
  "index.lock",
  ".lock",
  "a..b",
  "@",
  "@{-1}",
  "HEAD",
  "-rf",
  "100%",
  "%2F",
  "%/",
  "~^:?*[\\",
  "new\nline\tand\u0000nul",
  "운영 환경",
  "дом",
  "\u202eevil",
  "🚀",
  "x".repeat(199),
  "x".repeat(200),
  "x".repeat(201),
  `${"y".repeat(199)}.lock`,
  `${"z".repeat(200)}.${"z".repeat(10)}`,
  "🚀".repeat(100),
];

function isValidRef(ref: string): boolean {
  try {
    execFileSync("git", ["check-ref-format", ref], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe("a name as a part of a reference", () => {
  it.each(AWKWARD)("is valid to git, stays below the prefix and can be read back: %j", (name) => {
    const ref = changeRef("refs/change-deploy", name, name);
    expect(isValidRef(ref)).toBe(true);
    expect(parseChangeRef("refs/change-deploy", ref)).toEqual({ environment: name, changeId: name });
  });

  it("is what people wrote, where git allows it", () => {
    expect(changeRef("refs/change-deploy", "production", "CHG-2026-0142")).toBe(
      "refs/change-deploy/production/changes/CHG-2026-0142",
    );
    expect(encodeName("운영.v2")).toBe("운영.v2");
  });

  it("can be read back, and is no other name's", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 400 });
    const bytes = fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 400 });
    const nasty = fc.string({ unit: fc.constantFrom(".", "/", "%", "lock", "@", "{", "x"), minLength: 1 });
    fc.assert(
      fc.property(fc.oneof(text, bytes, nasty), (name) => {
        const code = encodeName(name);
        expect(decodeName(code)).toBe(name);
        for (const part of code.split("/")) {
          expect(part).toMatch(/^[\p{L}\p{N}\p{M}_+%-][\p{L}\p{N}\p{M}_+%.-]*$/u);
          expect(part).not.toMatch(/\.\.|\.$|\.lock$/);
          expect(Buffer.byteLength(part)).toBeLessThanOrEqual(201);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each(["", "\ud800", "x".repeat(2_001)])("is refused where it can be none", (name) => {
    expect(() => encodeName(name)).toThrow(expect.objectContaining({ code: "INPUT_INVALID" }));
  });

  it.each(["refs", "heads/x", "refs/../x", "refs/a b", "refs/x/", "refs/x.lock", "refs/-x/@{", "/refs/x"])(
    "has no prefix like %j",
    (prefix) => {
      expect(() => leaseRef(prefix, "production")).toThrow(
        expect.objectContaining({ code: "INPUT_INVALID" }),
      );
    },
  );
});

describe("journals under awkward names", () => {
  it("live side by side in one repository, and are listed by their names", async () => {
    const folder = makeRepository();
    const repository = await openAt(folder);
    const names = AWKWARD.filter((name) => name.length < 50);
    for (const changeId of names) {
      const { journal } = await open(repository, { environment: "a/b", changeId });
      await journal.append([passed(1)]);
      await journal.close();
    }
    const listed = await listChanges(repository, { environment: "a/b" });
    expect(listed.map(({ changeId }) => changeId).sort()).toEqual([...names].sort());
    expectSound(folder);
  });
});
