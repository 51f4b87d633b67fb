import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { BARE_ENV, expectSound, git, makeRemote, makeRepository, open, openAt } from "./setup.ts";

const CHILD = fileURLToPath(new URL("./crash-child.ts", import.meta.url));
const ROUNDS = 8;
const REF = "refs/change-deploy/production/changes/CHG-1";

type Life = { found: string; events: number; acknowledged: number; flushed: number };

/** Lets a writer work for a while, then kills it outright. */
async function liveAndDie(cwd: string, afterMs: number): Promise<Life> {
  const child = spawn(process.execPath, [CHILD, cwd], { env: BARE_ENV, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.on("data", (text: Buffer) => {
    // The clock runs from the first word, so that a slow start is not all that gets killed.
    if (output === "") setTimeout(() => child.kill("SIGKILL"), afterMs);
    output += text;
  });
  child.stderr.on("data", (text: Buffer) => {
    errors += text;
  });
  await new Promise((resolve) => child.on("close", resolve));
  expect(errors.replace(/.*(Warning|--trace-warnings).*\n/g, "")).toBe("");
  const lines = output.split("\n").slice(0, -1);
  const last = (mark: string) => Number(lines.findLast((line) => line.startsWith(mark))?.slice(2) ?? -1);
  const [, found = "", events = "0"] = lines[0]?.split(" ") ?? [];
  return { found, events: Number(events), acknowledged: last("a "), flushed: last("f ") };
}

const PLACES: [string, () => string][] = [
  ["a local journal", makeRepository],
  ["a remote journal", () => makeRemote().clones[0]!],
];

describe.each(PLACES)("kill -9 at any moment, with %s", (_, makePlace) => {
  it("loses no acknowledged event, doubles none, and leaves sound repositories", {
    timeout: 180_000,
  }, async () => {
    const folder = makePlace();
    let before: Life = { found: "none", events: 0, acknowledged: -1, flushed: -1 };
    for (let round = 0; round < ROUNDS; round++) {
      const life = await liveAndDie(folder, Math.random() * 200);
      expect(life.events, `round ${round}`).toBeGreaterThan(before.acknowledged);
      // One that died before its first event has left nothing to be found.
      if (before.events > 0) expect(life.found).toBe("found");
      before = { ...life, acknowledged: Math.max(life.acknowledged, life.events - 1) };
    }
    const { journal, events } = await open(await openAt(folder));
    expect(events.length).toBeGreaterThan(before.acknowledged);
    expect(events.map((event) => "batch" in event && event.batch)).toEqual(events.map((_, index) => index));
    expect(events.length).toBeGreaterThan(ROUNDS);
    await journal.flush();
    await journal.close();
    expect(Number(git(folder, "rev-list", "--count", REF))).toBeGreaterThan(1);
    expectSound(folder);
  });
});
