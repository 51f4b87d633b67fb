import fc from "fast-check";
import { expect, it } from "vitest";
import { createRedactor } from "../../../src/adapters/output/redactor.ts";
import { sanitiseLine } from "../../../src/adapters/output/sanitise.ts";
import { collectOutput } from "../../../src/adapters/process/collect-output.ts";

const SECRET = "s3cr3t-vélue";
const FLOOD = Buffer.alloc(1_048_577, "x\n");

function collecting() {
  const lines: string[] = [];
  const redactor = createRedactor();
  redactor.register(SECRET);
  const output = { line: (_: string, text: string) => void lines.push(text) };
  const { redact } = redactor;
  return { lines, ...collectOutput({ output, sanitise: sanitiseLine, redact }, "web-1") };
}

/** Cuts a text into chunks of the given sizes, again and again. */
function chunksOf(text: string, sizes: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const chunks: Buffer[] = [];
  for (let at = 0, n = 0; at < bytes.length; n += 1) {
    const size = sizes[n % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 30_000 })), {
  minLength: 1,
  maxLength: 8,
});

it("gives the same lines whatever chunks they come in", () => {
  const text = "one\n\ntwo 한국어 🎉\r\nthree";
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (some) => {
      const { push, finish, lines } = collecting();
      for (const chunk of chunksOf(text, some)) push("stdout", chunk);
      expect(finish().stdout).toBe("one\n\ntwo 한국어 🎉\nthree");
      expect(lines).toEqual(["one", "", "two 한국어 🎉", "three"]);
    }),
  );
});

it.each([
  ["lines", `some ${SECRET} here\n`],
  ["one endless line", SECRET],
  ["a line whose cut tears a character", `12345678${SECRET.repeat(2_000)}\n`],
  ["lines of odd length", `${SECRET}${"x".repeat(777)}\n`],
])("shows no part of a secret in %s, wherever chunks and floods cut it", (_, part) => {
  const text = part.repeat(Math.ceil(200_000 / part.length));
  fc.assert(
    fc.property(sizes, fc.boolean(), (some, isFlood) => {
      const { push, finish, lines } = collecting();
      if (isFlood) push("stdout", FLOOD);
      for (const chunk of chunksOf(text, some)) push("stdout", chunk);
      push("stdout", Buffer.from("\n"));
      const { tail } = finish();
      expect([...lines, tail].filter((line) => /s3|cr3t|-v|lue/.test(line))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

function learning(printed: string) {
  const redactor = createRedactor();
  redactor.register(SECRET);
  const declared = redactor.redact;
  const learnt = createRedactor();
  const lines: string[] = [];
  const collector = collectOutput(
    {
      output: { line: (_, text) => void lines.push(text) },
      sanitise: sanitiseLine,
      redact: (text, isCut) => learnt.redact(declared(text, isCut), isCut),
      holdsSecret: (value) => declared(value) !== value,
      learn: (secret) => void learnt.register(secret),
    },
    "web-1",
  );
  collector.push("stdout", Buffer.from(printed));
  return { ...collector.finish(), lines };
}

it.each([
  ["::add-mask::", "::add-mask::***"],
  ["  ::ADD-MASK x=y::", "  ::ADD-MASK x=y::***"],
  ["x ##[add-mask]", "x ## [add-mask]***"],
])("hides from then on what a command declares by %j as secret", (front, shown) => {
  const { tail, lines, stdout } = learning(`${front}50%25 off, tok-9\na 50% off, tok-9 b\n`);
  expect(lines).toEqual([shown, "a *** b"]);
  expect(tail).toBe(lines.join("\n"));
  // A target's word alone takes no value away, or it could stop the way back of the others.
  expect(stdout).toContain("a 50% off, tok-9 b");
});

it("withholds a value that holds a secret, and only that", () => {
  expect(learning(`4.2.0-${SECRET}\n`)).toMatchObject({ stdout: "", tail: "4.2.0-***" });
  expect(learning("4.2.0\n").stdout).toBe("4.2.0");
});
