import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dropAttached, overlay, readAttached, saveAttached } from "../../../src/adapters/git/attachments.ts";
import { readChange } from "../../../src/adapters/git/read-change.ts";
import type { ChangeEvent } from "../../../src/rollout/events.ts";
import { later, makeRepository, open, openAt, recorded } from "./setup.ts";

const started: ChangeEvent = {
  kind: "attempt-started",
  at: "2026-03-01T12:00:00.000Z",
  attempt: 1,
  change: "CHG-1",
  environment: "production",
  version: "2.0",
  digest: "d",
  commit: null,
  holder: { actor: "alice", where: "test" },
};
const PLACE = { environment: "production", changeId: "CHG-1" };

/** A process that dies after its append: nothing is flushed, and nothing is given back. */
async function dieAfter(folder: string, events: readonly ChangeEvent[], plan: string): Promise<void> {
  const { journal } = await open(await openAt(folder));
  await journal.attach({ "plan.yaml": plan, "inputs.json": "{}" });
  if (events.length > 0) await journal.append(events);
}

describe("the files of an attempt", () => {
  it("outlive a process that died between its first event and its first flush", async () => {
    const folder = makeRepository();
    await dieAfter(folder, [started], "the plan");
    const next = await open(await openAt(folder), { clock: later() });
    expect(next.files).toEqual({ plan: "the plan", inputs: "{}" });
    await next.journal.flush();
    await next.journal.close();
    expect((await readChange(await openAt(folder), PLACE)).files.plan).toBe("the plan");
  });

  it("are left-overs when the attempt's first event was never recorded", async () => {
    const folder = makeRepository();
    await dieAfter(folder, [], "never started");
    const next = await open(await openAt(folder), { clock: later() });
    expect(next.files).toEqual({ plan: null, inputs: null });
    await next.journal.append([recorded("web-01")]);
    await next.journal.close();
    expect((await readChange(await openAt(folder), PLACE)).files.plan).toBeNull();
  });

  it("that were cut short in writing count as never written", async () => {
    const path = join(makeRepository(), "attached");
    await saveAttached(path, { "plan.yaml": "x" });
    expect(await readAttached(path)).toEqual({ "plan.yaml": "x" });
    await dropAttached(path);
    expect(existsSync(path)).toBe(false);
    expect(await readAttached(path)).toBeNull();
    expect(overlay({ plan: "old", inputs: "old" }, null)).toEqual({ plan: "old", inputs: "old" });
  });
});
