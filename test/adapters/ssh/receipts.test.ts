import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { Links } from "../../../src/adapters/ssh/links.ts";
import { call, commandsOn, localLinks, never, SHELLS, web1 } from "./local-links.ts";

describe.concurrent.each(SHELLS)("a receipt on a target with %s", (...shell) => {
  const setUp = (more: Parameters<typeof commandsOn>[1] = {}) => {
    const target = localLinks(shell);
    return { target, ...commandsOn(target, more) };
  };
  const receiptOf = (home: string) => {
    const files = readdirSync(path.join(home, ".change-deploy"), { recursive: true, encoding: "utf8" });
    const file = files.find((name) => /\/[^/]+-[0-9a-f]{32}$/.test(name) && !name.startsWith("environment"));
    return path.join(home, ".change-deploy", file ?? "no receipt");
  };
  /** A folder that is in use since before: then a missing receipt proves something. */
  const inUse = async (set: ReturnType<typeof setUp>) => {
    await set.commands.run(call("true", { id: randomUUID() }), never);
    return set;
  };
  /** Loses the connection as soon as the script has said that it runs. */
  const interrupt = async ({ target, commands, lines }: ReturnType<typeof setUp>, script: string) => {
    const id = randomUUID();
    const more = { id, timeoutMs: 60_000 };
    const running = commands.run(call(`echo started; ${script}`, more), never);
    await vi.waitFor(() => expect(lines).toContain("web-1: started"), { timeout: 10_000 });
    for (const stream of [target.children[0]!.stdout, target.children[0]!.stderr]) stream.destroy();
    return { id, running };
  };

  it("tells another process how a run ended, and how long it took", async () => {
    const { target, commands } = setUp();
    const probed = call("sleep 1; exit 5", { id: randomUUID() });
    expect((await commands.run(probed, never)).ending).toEqual({ kind: "exited", code: 5 });
    const answer = await commandsOn(target, { fencingToken: 2 }).commands.probe(probed, never);
    expect(answer).toMatchObject({ kind: "finished", code: 5 });
    expect(answer).toHaveProperty("ms", expect.any(Number));
    if (answer.kind === "finished") expect(answer.ms).toBeGreaterThanOrEqual(990);
  });

  it("lets a run go on when nobody reads its output any more", async () => {
    const set = setUp();
    const { id } = await interrupt(set, "seq 1 100000; echo err >&2; sleep 1; seq 1 100000; exit 6");
    expect(await set.commands.probe(call("", { id }), never)).toMatchObject({ kind: "finished", code: 6 });
    set.target.children[0]!.kill("SIGKILL");
    await set.target.isQuiet();
  });

  it("waits for a run that is alive until its time is over, then ends it", async () => {
    const set = setUp();
    const { id } = await interrupt(set, "trap '' TERM; while :; do sleep 1; done");
    const answer = await set.commands.probe(call("", { id, timeoutMs: 1_000 }), never);
    expect(answer).toEqual({ kind: "interrupted", detail: "its time was over: it was ended" });
    await set.target.isQuiet();
  });

  it("ends a run that is alive when the probe is cancelled", async () => {
    const set = setUp();
    const { id } = await interrupt(set, "sleep 60");
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), 300);
    const answer = await set.commands.probe(call("", { id }), cancel.signal);
    expect(answer).toMatchObject({ kind: "finished", code: 143 });
    await set.target.isQuiet();
  });

  it("says that a run was killed", async () => {
    const set = setUp();
    const { id } = await interrupt(set, "sleep 60");
    await set.target.killAll();
    const answer = await set.commands.probe(call("", { id }), never);
    expect(answer).toEqual({ kind: "interrupted", detail: "it is gone, and left no status" });
  });

  it("says that the target was restarted since", async () => {
    const set = setUp();
    const { id } = await interrupt(set, "sleep 60");
    const receipt = receiptOf(set.target.home);
    writeFileSync(receipt, readFileSync(receipt, "utf8").replace(/^run1 \S+/, "run1 another-boot"));
    const answer = await set.commands.probe(call("", { id }), never);
    expect(answer).toEqual({ kind: "interrupted", detail: "the target was restarted while it ran" });
    await set.target.killAll();
  });

  it("proves that a run never started, and keeps it from starting later", async () => {
    const { target, commands } = await inUse(setUp());
    const id = randomUUID();
    expect(await commands.probe(call("", { id }), never)).toEqual({ kind: "unstarted" });
    expect(await commands.probe(call("", { id }), never)).toEqual({ kind: "unstarted" });
    expect((await commands.run(call("echo x >~/ran", { id }), never)).ending).toEqual({
      kind: "not-started",
      reason: "its receipt is taken",
    });
    expect(readdirSync(target.home)).toEqual([".change-deploy"]);
  });

  it("proves nothing where there were no receipts before, however often it is asked", async () => {
    const { commands } = setUp();
    const id = randomUUID();
    for (const asked of [id, id, randomUUID()]) {
      expect(await commands.probe(call("", { id: asked }), never)).toMatchObject({
        kind: "interrupted",
        detail: expect.stringContaining("keeps no receipts from that time"),
      });
    }
  });

  it("is not given twice for the same id", async () => {
    const { target, commands } = setUp();
    const twice = call("echo x >>~/ran", { id: randomUUID() });
    await commands.run(twice, never);
    const { ending } = await commands.run(twice, never);
    expect(ending).toEqual({ kind: "not-started", reason: "its receipt is taken" });
    expect(readFileSync(path.join(target.home, "ran"), "utf8")).toBe("x\n");
  });

  it("gives way to a newer holder of the lease once its run is over, and not before", async () => {
    const set = setUp();
    const { id } = await interrupt(set, "sleep 60");
    const newer = commandsOn(set.target, { fencingToken: 2 }).commands;
    expect((await newer.run(call("true", { id }), never)).ending).toEqual({
      kind: "not-started",
      reason: "an older run of it is still at work",
    });
    await set.target.killAll();
    await set.target.isQuiet();
    expect((await newer.run(call("exit 9", { id }), never)).ending).toEqual({ kind: "exited", code: 9 });
  });

  it("is refused to a stale fencing token, for a run, a probe and a removal", async () => {
    const { target, commands } = setUp({ fencingToken: 9 });
    const newer = commandsOn(target, { fencingToken: 10 }).commands;
    const stale = "a newer run (fencing token 10) has taken this environment over from ours (9)";
    expect((await newer.run(call("true", { id: randomUUID() }), never)).ending.kind).toBe("exited");
    const { ending } = await commands.run(call("echo x >~/ran", { id: randomUUID() }), never);
    expect(ending).toEqual({ kind: "not-started", reason: stale });
    const probed = await commands.probe(call("", { id: randomUUID() }), never);
    expect(probed).toEqual({ kind: "interrupted", detail: stale });
    expect(await commands.cleanUp([web1], never)).toEqual([{ target: "web-1", reason: stale }]);
    expect(readdirSync(target.home)).toEqual([".change-deploy"]);
  });

  it("bounds a run on the target itself, when nobody is left to end it", async () => {
    const set = setUp();
    const id = randomUUID();
    const running = set.commands.run(call("sleep 60", { id, timeoutMs: 300 }), never);
    // Every order to end it gets lost from here on.
    set.target.faults.down = "no route to host";
    await vi.waitFor(() => expect(set.target.children).toHaveLength(1));
    expect((await running).ending).toMatchObject({ kind: "lost" });
    await set.target.isQuiet();
    set.target.faults.down = null;
    const answer = await set.commands.probe(call("", { id }), never);
    expect(answer).toEqual({ kind: "interrupted", detail: "its time was over: it was ended" });
  });

  it("goes to the temporary files where there is no home to write to", async () => {
    const set = setUp();
    const { commands } = commandsOn({ links: withoutHome(set.target.links) });
    const id = randomUUID();
    expect((await commands.run(call("exit 2", { id }), never)).ending).toEqual({ kind: "exited", code: 2 });
    expect(readdirSync(set.target.home)).toEqual([expect.stringMatching(/^\.change-deploy-\d+$/)]);
    expect(await commands.probe(call("", { id }), never)).toMatchObject({ kind: "finished", code: 2 });
  });

  it("goes with the change, and leaves the newest token", async () => {
    const { target, commands } = await inUse(setUp({ fencingToken: 3 }));
    expect(await commands.cleanUp([web1, web1], never)).toEqual([]);
    const left = readdirSync(path.join(target.home, ".change-deploy"), { recursive: true, encoding: "utf8" });
    expect(left.map((name) => path.basename(name)).sort()).toEqual([
      "3",
      expect.stringMatching(/^environment-/),
    ]);
  });
});

function withoutHome(links: Links): Links {
  return {
    ...links,
    async acquire(target, patience) {
      const link = await links.acquire(target, patience);
      if ("failed" in link) return link;
      const spawn = () => {
        const child = link.spawn();
        child.stdin.write("HOME=/nowhere/at/all\n");
        return child;
      };
      return { ...link, spawn };
    },
  };
}
