import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedactor } from "../../../src/adapters/output/redactor.ts";
import { sanitiseLine } from "../../../src/adapters/output/sanitise.ts";

const SECRET = "p@ss w0rd/'\"\\<&+?=é";

const base64 = (text: string) => Buffer.from(text).toString("base64");

function redacting(...secrets: string[]) {
  const redactor = createRedactor();
  for (const secret of secrets) redactor.register(secret);
  return redactor.redact;
}

describe("a registered secret", () => {
  it.each([
    ["as it is", SECRET],
    ["in hexadecimal", Buffer.from(SECRET).toString("hex")],
    ["in upper-case hexadecimal", Buffer.from(SECRET).toString("hex").toUpperCase()],
    ["in a URL", encodeURIComponent(SECRET)],
    ["in a form", encodeURIComponent(SECRET).replaceAll("%20", "+")],
    ["in JSON", JSON.stringify(SECRET).slice(1, -1)],
    ["in a shell's single quotes", SECRET.replaceAll("'", "'\\''")],
    ["in XML", SECRET.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;")],
    ["sanitised", sanitiseLine(SECRET)],
  ])("is masked %s", (_, text) => {
    expect(redacting(SECRET)(`before ${text} after, ${text}`)).toBe("before *** after, ***");
  });

  it.each([
    ["alone", base64(SECRET)],
    ["after one byte", base64(`a${SECRET}`)],
    ["after two bytes", base64(`ab${SECRET}`)],
    ["amid a text", base64(`user:${SECRET}:more`)],
    ["for URLs", Buffer.from(`user:${SECRET}`).toString("base64url")],
  ])("is masked in base64 %s, but for the characters it shares", (_, text) => {
    expect(redacting(SECRET)(`before ${text} after`)).toMatch(/^before \w{0,7}\*\*\*[\w=]{0,8} after$/);
  });

  it("is masked the way a shell quotes it", () => {
    const quoted = spawnSync("bash", ["-c", 'printf %q "$1"', "bash", "p@ss w0rd/'x&y"]).stdout.toString();
    expect(redacting("p@ss w0rd/'x&y")(quoted)).toBe("***");
  });

  it("of several lines is masked line by line", () => {
    const key = "-----BEGIN KEY-----\nMIIEabcdefgh\r\nxyz0123456789\n\nab\n-----END KEY-----";
    const redact = redacting(key);
    expect(redact("x MIIEabcdefgh y")).toBe("x *** y");
    expect(redact("xyz0123456789")).toBe("***");
    expect(redact("a word with ab in it")).toBe("a word with ab in it");
    expect(redact(JSON.stringify(key))).toBe('"***"');
  });

  it("is masked together with another that overlaps with it", () => {
    expect(redacting("abcdef", "defghi")("1abcdefghi2")).toBe("1***2");
    expect(redacting("abcd", "abcdefgh")("abcdefgh")).toBe("***");
    expect(redacting("aaaa")("aaaaaa")).toBe("***");
  });

  it.each(["s", "s3cr3t-valu", "czNjcjN0", "73336"])(
    "begun as %j at a cut is masked there, and only there",
    (begun) => {
      const redact = redacting("s3cr3t-value");
      expect(redact(`a line ${begun}`, true)).toBe("a line ***");
      expect(redact(`a line ${begun} `, true)).toBe(`a line ${begun} `);
      expect(redact(`a line ${begun}`)).toBe(`a line ${begun}`);
    },
  );

  it("that holds what the sanitiser breaks is still masked", () => {
    const redact = redacting("x##[y\u0007z");
    expect(redact(sanitiseLine("<x##[y\u0007z>"))).toBe("<***>");
  });

  it.each(["", "a", "abc", "   a\n"])("is refused when it is as short as %j", (secret) => {
    const redactor = createRedactor();
    expect(redactor.register(secret)).toBe(false);
    expect(redactor.redact("a cab with   a dab")).toBe("a cab with   a dab");
  });

  it("never shows, wherever it stands", () => {
    const secrets = fc.string({ minLength: 6, maxLength: 30 }).filter((secret) => secret.trim().length >= 6);
    fc.assert(
      fc.property(fc.string(), secrets, fc.string(), (before, secret, after) => {
        const redact = redacting(secret);
        const masked = redact(`${before}${secret}${after}`);
        expect(masked.includes(secret) && !"***".includes(secret)).toBe(false);
        expect(redact(base64(`${before}${secret}${after}`))).toContain("***");
      }),
    );
  });
});

it("leaves a text without secrets alone", () => {
  expect(redacting(SECRET)("nothing *** here")).toBe("nothing *** here");
  expect(redacting()("anything")).toBe("anything");
});
