import { randomUUID } from "node:crypto";
import { expect, it, vi } from "vitest";
import { call, commandsIn, leftovers, never } from "../adapters/process/setup.ts";

it("node#2098: what a command has started ends with it when its time is up", async () => {
  const { commands } = commandsIn();
  const script = "sleep 300 & sh -c 'sleep 300 & sleep 300' & wait";
  const { ending } = await commands.run(call(script, { id: randomUUID(), timeoutMs: 300 }), never);
  expect(ending.kind).toBe("timed-out");
  await vi.waitFor(() => expect(leftovers()).toEqual([]), { timeout: 5_000 });
});

it("node#46865: a cancelled command leaves nothing behind, though its children take no notice", async () => {
  const { commands } = commandsIn();
  const control = new AbortController();
  const script = "trap '' INT TERM; sh -c \"trap '' INT TERM; sleep 300\" & sleep 300";
  const run = commands.run(call(script, { id: randomUUID() }), control.signal);
  await vi.waitFor(() => expect(leftovers().length).toBeGreaterThan(1), { timeout: 5_000 });
  control.abort("cancelled");
  expect((await run).ending.kind).toBe("cancelled");
  await vi.waitFor(() => expect(leftovers()).toEqual([]), { timeout: 5_000 });
});
