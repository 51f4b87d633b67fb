import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readFrames } from "../../../src/adapters/ssh/frame.ts";

const FRAME = "0f8c-frame";

function read(chunks: readonly Buffer[]) {
  const words: string[] = [];
  let content = Buffer.alloc(0);
  const reader = readFrames(FRAME, {
    content: (chunk) => {
      content = Buffer.concat([content, chunk]);
    },
    words: (text) => void words.push(text),
  });
  for (const chunk of chunks) reader.push(chunk);
  return { words, content, noise: reader.noise() };
}

describe("what comes back from a target", () => {
  it("is told apart however it is cut, and whatever bytes it holds", () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 40 }), (raw, size) => {
        const body = Buffer.from(raw);
        const text = Buffer.concat([
          Buffer.from(`noise\n${FRAME} begin 12 345\n`),
          body,
          Buffer.from(`${FRAME} end 7\nmore`),
        ]);
        const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
          text.subarray(i * size, (i + 1) * size),
        );
        const seen = read(chunks);
        expect(seen.words).toEqual(["begin 12 345", "end 7"]);
        expect(seen.noise).toBe("noise\n");
        expect(seen.content.equals(Buffer.concat([body, Buffer.from("more")]))).toBe(true);
      }),
    );
  });

  it("is handed on at once, but for what may be the beginning of our own line", () => {
    expect(read([Buffer.from(`${FRAME} begin\nline\n`)]).content.toString()).toBe("line\n");
    expect(read([Buffer.from(`${FRAME} begin\nline\n0f8c-fr`)]).content.toString()).toBe("line\n");
    expect(read([Buffer.from(`${FRAME} begin\nline\n0f8c-fr`), Buffer.from("ee")]).content.toString()).toBe(
      "line\n0f8c-free",
    );
  });

  it("is bounded, where a line of ours never ends or the noise is long", () => {
    const endless = read([Buffer.from(`${FRAME} ${"x".repeat(5_000)}`)]);
    expect(endless.words[0]?.length).toBeLessThanOrEqual(1_000);
    expect(read([Buffer.alloc(100_000, "n")]).noise.length).toBeLessThanOrEqual(4_000);
  });
});
