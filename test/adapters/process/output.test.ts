import { describe, expect, it } from "vitest";
import { call, commandsIn, never, WAYS } from "./setup.ts";

const MEGABYTE = 1_048_576;
const FLOOD_BYTES = 400_000_000;
/** What the whole process may grow by while a flood passes; the flood alone would be more. */
const GROWTH_BYTES_MAX = 160 * MEGABYTE;

describe.each(WAYS)("what a script prints, run %s", (_, { newId, directRuns }) => {
  const run = async (script: string, label: string | null = "web-1") => {
    const { commands, lines, redactor } = commandsIn({ directRuns });
    redactor.register("s3cr3t-value");
    redactor.register("s3cr3t-vélue");
    const before = process.memoryUsage().rss;
    const result = await commands.run(call(script, { id: newId(), label }), never);
    await commands.endAll();
    return { ...result, lines, growth: process.memoryUsage().rss - before };
  };

  it("is read to its end when it is 400 MB in one line, in bounded memory", async () => {
    const { ending, tail, stdout, lines, growth } = await run(
      `head -c ${FLOOD_BYTES} /dev/zero | tr '\\0' x`,
    );
    expect(ending).toEqual({ kind: "exited", code: 0 });
    expect(tail.length).toBeLessThanOrEqual(2_000);
    expect(stdout.length).toBeLessThanOrEqual(65_536);
    expect(lines.join("\n").length).toBeLessThan(2 * MEGABYTE);
    expect(lines.some((line) => /\d+ more bytes of output are not shown/.test(line))).toBe(true);
    expect(growth).toBeLessThan(GROWTH_BYTES_MAX);
  });

  it("is read to its end when it is 400 MB in many lines, and its last lines are known", async () => {
    const script = `yes "a line of some length that a program prints" | head -c ${FLOOD_BYTES}; echo; echo the last`;
    const { ending, tail, stdout, lines, growth } = await run(script);
    expect(ending).toEqual({ kind: "exited", code: 0 });
    expect(tail.endsWith("\nthe last")).toBe(true);
    expect(stdout.endsWith("\nthe last")).toBe(true);
    expect(lines.at(-1)).toBe("web-1: the last");
    expect(lines.join("\n").length).toBeLessThan(2 * MEGABYTE);
    expect(growth).toBeLessThan(GROWTH_BYTES_MAX);
  });

  it("says how much of it was dropped, to the byte", async () => {
    const { lines } = await run(`yes x | head -c ${4 * MEGABYTE}`);
    const said = lines.flatMap((line) => /\((\d+) more bytes/.exec(line)?.slice(1) ?? []).map(Number);
    expect(said).toHaveLength(1);
    const shown = lines.filter((line) => line === "web-1: x").length * 2;
    expect(said[0]).toBeGreaterThanOrEqual(4 * MEGABYTE - shown);
    expect(said[0]).toBeLessThan(4 * MEGABYTE);
  });

  it("loses its control characters, colours and bidirectional tricks", async () => {
    const { tail, stdout, lines } = await run(`printf 'a\\033[31mb\\rc\\0d\\342\\200\\256e\\n##[error]f\\n'`);
    expect(tail).toBe("abcde\n## [error]f");
    expect(stdout).toBe(tail);
    expect(lines).toEqual(["web-1: abcde", "web-1: ## [error]f"]);
  });

  it("is text even when it is not", async () => {
    const { ending, tail } = await run("head -c 300000 /dev/urandom");
    expect(ending).toEqual({ kind: "exited", code: 0 });
    expect(tail.replaceAll(/[\n\t]/g, "")).not.toMatch(/\p{Cc}|\p{Cs}/u);
  });

  it("keeps secrets out of the log and the tail, but gives values as they are", async () => {
    const { tail, stdout, lines } = await run(
      "echo my s3cr3t-value; printf s3cr3t; sleep 0.1; echo -value >&1",
    );
    expect(tail).toBe("my ***\n***");
    expect(lines).toEqual(["web-1: my ***", "web-1: ***"]);
    expect(stdout).toBe("my s3cr3t-value\ns3cr3t-value");
  });

  it("shows no part of a secret where a long line or a flood is cut", async () => {
    const script = [
      "long=$(head -c 3990 /dev/zero | tr '\\0' x); echo \"$long\"s3cr3t-value and more",
      "yes 'some s3cr3t-value here' | head -n 400000",
      "yes s3cr3t-value | tr -d '\\n' | head -c 6000; echo",
      "yes s3cr3t-value | tr -d '\\n' | head -c 12000000; echo",
      "yes s3cr3t-vélue | tr -d '\\n' | head -c 20000; echo",
    ].join("\n");
    const { tail, lines } = await run(script);
    expect(tail).not.toMatch(/s3|cr3t|-v/);
    expect(lines.filter((line) => /s3|cr3t|-v/.test(line))).toEqual([]);
  });

  it("keeps characters whole that arrive in pieces", async () => {
    const { stdout } = await run("printf '\\355\\225'; sleep 0.1; printf '\\234\\n'");
    expect(stdout).toBe("한");
  });

  it("is kept as far as it came when the script is ended", async () => {
    const { commands } = commandsIn({ directRuns });
    const result = await commands.run(call("echo before; sleep 60", { id: newId(), timeoutMs: 500 }), never);
    await commands.endAll();
    expect(result).toMatchObject({ ending: { kind: "timed-out" }, tail: "before", stdout: "before" });
  });

  it("never ends and is still ended", async () => {
    const { commands } = commandsIn({ directRuns });
    const result = await commands.run(call("yes", { id: newId(), timeoutMs: 500 }), never);
    await commands.endAll();
    expect(result.ending).toEqual({ kind: "timed-out" });
  });
});
