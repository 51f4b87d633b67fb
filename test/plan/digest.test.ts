import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { canonicalText, changeDigest, type DigestParts } from "../../src/plan/digest.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const parts: DigestParts = {
  plan: {
    change: { id: "CHG-1" },
    apply: { each: [{ name: "Install", run: "./install", timeout: 300_000 }] },
  },
  targets: [
    { name: "web-1", host: "10.0.0.1", zone: "a" },
    { name: "web-2", host: "10.0.0.2", zone: null },
  ],
  version: "4.2.0",
  commit: "0f1e2d",
  environment: "production",
  actionVersion: "1.0.0",
};
const digestOf = (changed: Partial<DigestParts> = {}) => changeDigest({ ...parts, ...changed }, sha256);

/** The same value with the keys of every object in another order. */
const shuffled = (value: unknown, seed: number): unknown => {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, seed));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, item]) => [key, shuffled(item, seed)] as const);
  const cut = entries.length === 0 ? 0 : seed % entries.length;
  return Object.fromEntries([...entries.slice(cut).reverse(), ...entries.slice(0, cut)]);
};

/** Without -0, which JSON cannot hold. */
const value = fc.jsonValue({ maxDepth: 5 }).map((json) => JSON.parse(JSON.stringify(json)) as unknown);

describe("the canonical text", () => {
  it("sorts keys and has no space", () => {
    expect(canonicalText({ b: [1, "x y", null], a: { d: true, c: -0.5 } })).toBe(
      '{"a":{"c":-0.5,"d":true},"b":[1,"x y",null]}',
    );
  });

  it("is the same in any order of keys", () => {
    fc.assert(
      fc.property(value, fc.nat(), (json, seed) => {
        expect(canonicalText(shuffled(json, seed))).toBe(canonicalText(json));
      }),
    );
  });

  it("gives the value back, so that no two values share a text", () => {
    fc.assert(
      fc.property(value, (json) => {
        expect(JSON.parse(canonicalText(json))).toEqual(json);
      }),
    );
  });

  it.each([
    [
      ["a", "bc"],
      ["ab", "c"],
    ],
    [["a,b"], ["a", "b"]],
    [['a","b'], ["a", "b"]],
    [[], [[]]],
    [["1"], [1]],
    [[null], ["null"]],
    [
      { a: 1, b: 2 },
      { a: 2, b: 1 },
    ],
    [{ a: { b: 1 } }, { a: 1, b: 1 }],
    [{ "a:1": 1 }, { a: "1:1" }],
    [{}, []],
    [{ a: null }, {}],
    ["\ud800", "\ufffd"],
    ["é", "e\u0301"],
    [1, 1.0000000000000002],
  ])("of %j is not that of %j", (one, other) => {
    expect(canonicalText(one)).not.toBe(canonicalText(other));
  });

  const self: unknown[] = [];
  self.push(self);
  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["an undefined member", { a: undefined }],
    ["a hole", new Array(1)],
    ["a function", () => 1],
    ["NaN", Number.NaN],
    ["infinity", Number.POSITIVE_INFINITY],
    ["a symbol", Symbol("x")],
    ["a bigint", 1n],
    ["a date", new Date(0)],
    ["a map", new Map()],
    ["a value that contains itself", self],
  ])("refuses %s", (_what, bad) => {
    expect(() => canonicalText({ a: [bad] })).toThrow(TypeError);
  });
});

describe("the digest of a change", () => {
  it("is that of the format's first version, which old approvals depend on", () => {
    expect(digestOf()).toBe(
      sha256(
        '{"actionVersion":"1.0.0","commit":"0f1e2d","environment":"production","format":1,"plan":{"apply":{"each":[{"name":"Install","run":"./install","timeout":300000}]},"change":{"id":"CHG-1"}},"targets":[{"host":"10.0.0.1","name":"web-1","zone":"a"},{"host":"10.0.0.2","name":"web-2","zone":null}],"version":"4.2.0"}',
      ),
    );
  });

  it("does not depend on the order of keys, on comments or on formatting", () => {
    const one = parse("change: { id: A, risk: low } # why\napply:\n  each: [{ name: x, run: y }]\n");
    const other = parse(
      "apply:\n\n  each:\n    - run: 'y'\n      name: \"x\"\nchange:\n  risk: low\n  id: A\n",
    );
    expect(digestOf({ plan: one })).toBe(digestOf({ plan: other }));
  });

  it.each<[string, Partial<DigestParts>]>([
    ["the plan", { plan: { ...(parts.plan as object), change: { id: "CHG-2" } } }],
    ["a step", { plan: { change: { id: "CHG-1" }, apply: { each: [] } } }],
    ["the order of the targets", { targets: parts.targets.toReversed() }],
    ["a target fewer", { targets: parts.targets.slice(1) }],
    [
      "a target's address",
      { targets: [{ name: "web-1", host: "10.0.0.9", zone: "a" }, ...parts.targets.slice(1)] },
    ],
    [
      "a target's zone",
      { targets: [{ name: "web-1", host: "10.0.0.1", zone: null }, ...parts.targets.slice(1)] },
    ],
    ["the version", { version: "4.2.1" }],
    ["the commit", { commit: null }],
    ["the environment", { environment: "staging" }],
    ["the action's version", { actionVersion: "1.0.1" }],
  ])("differs with %s", (_what, changed) => {
    expect(digestOf(changed)).not.toBe(digestOf());
  });

  it("does not mistake text that moved from one part to the next", () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), fc.string(), (start, moved, end) => {
        const one = digestOf({ version: start + moved, environment: end });
        const other = digestOf({ version: start, environment: moved + end });
        expect(one).not.toBe(other);
      }),
    );
  });
});
