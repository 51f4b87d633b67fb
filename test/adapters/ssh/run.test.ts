import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { call, commandsOn, localLinks, never, SHELLS } from "./local-links.ts";

const KINDS = [
  ["without a receipt", () => null],
  ["with a receipt", () => randomUUID()],
] as const;
const CASES = SHELLS.flatMap((shell) =>
  KINDS.map(([kind, newId]) => [shell[0], kind, shell, newId] as const),
);

describe.concurrent.each(CASES)("a script sent to %s, %s", (_, kind, shell, newId) => {
  const run = async (script: string, more = {}) => {
    const target = localLinks(shell);
    const { commands, lines } = commandsOn(target);
    const result = await commands.run(call(script, { id: newId(), ...more }), never);
    return { ...result, lines, target };
  };

  it("gives its exit code, its output, and its lines behind the label", async () => {
    const result = await run("echo one; echo two >&2; printf three; exit 3");
    expect(result).toMatchObject({ ending: { kind: "exited", code: 3 }, stdout: "one\nthree" });
    expect([...result.lines].sort()).toEqual(["web-1: one", "web-1: three", "web-1: two"]);
  });

  it("stops at the first failing command and at an unset variable, ours among them", async () => {
    expect(await run("false; echo on")).toMatchObject({ ending: { kind: "exited", code: 1 }, stdout: "" });
    for (const name of ["NO_SUCH_VARIABLE", "id", "_cd_frame", "1"]) {
      const unset = await run(`echo "\${${name}}"; echo on`);
      expect(unset).toMatchObject({ ending: { kind: "exited" }, stdout: "" });
      expect(unset.ending).not.toMatchObject({ code: 0 });
    }
  });

  it("reads nothing from the connection", async () => {
    expect((await run('cat; echo "$#"')).stdout).toBe("0");
  });

  it("hands on values exactly, whatever bytes they hold", async () => {
    const bytes = Array.from({ length: 255 }, (_, i) => String.fromCharCode(i + 1)).join("");
    const value = `${bytes}é→😀\n'"\`$(touch pwned)\\\n${"x".repeat(100_000)}\n\n`;
    const result = await run('printf %s "$VALUE" | od -An -v -tx1 | tr -d " \\n" | cksum', {
      env: { VALUE: value },
    });
    const expected = execFileSync("cksum", { input: Buffer.from(value).toString("hex"), encoding: "utf8" });
    expect(result.stdout.trim()).toBe(expected.trim());
  });

  it("takes a script of 200 kB", async () => {
    const text = `: ${"'quoted' ".repeat(22_000)}\nprintf %s "\${#LONG}" # '\n`;
    const result = await run(text, { env: { LONG: "y".repeat(100_000) } });
    expect(result).toMatchObject({ ending: { kind: "exited", code: 0 }, stdout: "100000" });
  });

  it.each([
    "# a comment",
    "",
    "\n\n:\n",
    "cat <<END\ntext\nEND",
    "trap 'exit 0' EXIT; exec true",
    "set +e; false; :",
  ])("runs %j like a shell would", async (script) => {
    expect((await run(script)).ending).toEqual({ kind: "exited", code: 0 });
  });

  it("says that a script which is no shell script failed", async () => {
    const result = await run("if fi");
    expect(result.ending).toMatchObject({ kind: "exited" });
    expect(result.ending).not.toMatchObject({ code: 0 });
    expect(result.tail).toMatch(/syntax error|unexpected/i);
  });

  it("ends a script whose time is over, with its children and theirs", async () => {
    const result = await run("sleep 60 & (sleep 60; :) & sh -c 'sleep 60; :'", { timeoutMs: 500 });
    expect(result.ending).toEqual({ kind: "timed-out" });
    await result.target.isQuiet();
  });

  it("kills a script that does not heed SIGTERM, after the grace", async () => {
    const result = await run("trap '' TERM; while :; do sleep 1; done", { timeoutMs: 500 });
    expect(result.ending).toEqual({ kind: "timed-out" });
    await result.target.isQuiet();
  });

  it("ends a script when the run is cancelled", async () => {
    const target = localLinks(shell);
    const { commands } = commandsOn(target);
    const cancel = new AbortController();
    const running = commands.run(call("sleep 60", { id: newId() }), cancel.signal);
    setTimeout(() => cancel.abort(), 200);
    expect((await running).ending).toEqual({ kind: "cancelled" });
    await target.isQuiet();
  });

  it("does not wait for what stays in the background", async () => {
    const result = await run("sleep 60 & echo done");
    expect(result).toMatchObject({ ending: { kind: "exited", code: 0 }, stdout: "done" });
    expect(result.ms).toBeLessThan(30_000);
    expect(result.lines.join()).toContain("keeps this command's output open");
    await result.target.killAll();
    await result.target.isQuiet();
  });

  it("leaves no process behind, and of its files the receipt alone", async () => {
    const { target } = await run("echo one");
    await target.isQuiet();
    const files = readdirSync(target.home, { recursive: true, encoding: "utf8" });
    if (kind === "without a receipt") return expect(files).toEqual([]);
    expect(files.map((file) => path.basename(file)).filter((name) => /\.(out|err)$/.test(name))).toEqual([]);
  });
});

describe("a call that no shell could take", () => {
  const target = localLinks(SHELLS[0]!);
  it.each([
    ["a zero byte in its script", call("echo \0"), "a zero byte in script or environment"],
    ["a zero byte in a value", call("echo", { env: { A: "\0" } }), "a zero byte in script or environment"],
    ["a strange name", call("echo", { env: { "A;B": "" } }), 'no shell has a variable called "A;B"'],
    ["no target", call("echo", { target: null }), "it has no target to run on"],
  ])("is not started with %s", async (_, refused, reason) => {
    const { commands } = commandsOn(target);
    expect((await commands.run(refused, never)).ending).toEqual({ kind: "not-started", reason });
    expect(target.children).toEqual([]);
  });
});
