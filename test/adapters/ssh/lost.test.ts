import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { call, commandsOn, localLinks, never, SHELLS } from "./local-links.ts";

describe("a connection that is lost for good", () => {
  const setUp = (more: Parameters<typeof commandsOn>[1] = {}) => {
    const target = localLinks(SHELLS[0]!);
    return { target, ...commandsOn(target, { reachMs: 500, ...more }) };
  };
  const lose = async ({ target, lines }: ReturnType<typeof setUp>) => {
    await vi.waitFor(() => expect(lines).toContain("web-1: started"), { timeout: 10_000 });
    target.faults.down = "no route to host";
    await target.killAll();
  };

  it("leaves a step in doubt, and names why nobody could be asked", async () => {
    const set = setUp();
    const running = set.commands.run(call("echo started; sleep 60", { id: randomUUID() }), never);
    await lose(set);
    expect((await running).ending).toEqual({
      kind: "lost",
      reason: "the connection was lost while it ran, and the target could not be asked: no route to host",
    });
  });

  it("is no proof of anything for a step that was never heard of", async () => {
    const set = setUp();
    const sent = set.commands.run(call("true", { id: randomUUID() }), never);
    await vi.waitFor(() => expect(set.target.children).toHaveLength(1));
    set.target.faults.down = "no route to host";
    set.target.children[0]!.kill("SIGKILL");
    expect(["lost", "exited"]).toContain((await sent).ending.kind);
  });

  it("ends a wait at once when the run is cancelled, and leaves the step in doubt", async () => {
    const set = setUp({ reachMs: 60_000 });
    const cancel = new AbortController();
    const running = set.commands.run(call("echo started; sleep 60", { id: randomUUID() }), cancel.signal);
    await lose(set);
    setTimeout(() => cancel.abort(), 300);
    const { ending, ms } = await running;
    expect(ending).toEqual({
      kind: "lost",
      reason: "the connection was lost while it ran, and it was cancelled, and is not known to have ended",
    });
    expect(ms).toBeLessThan(20_000);
  });

  it("answers a probe with what is known: nothing", async () => {
    const { commands, target } = setUp();
    target.faults.down = "no route to host";
    expect(await commands.probe(call("", { id: randomUUID() }), never)).toEqual({
      kind: "interrupted",
      detail: "the target could not be asked: no route to host",
    });
    expect(await commands.probe(call(""), never)).toEqual({
      kind: "interrupted",
      detail: "it kept no receipt",
    });
  });
});

describe("a target on which nothing can be written", () => {
  it("is not touched, and the reason says so", async () => {
    const target = localLinks(SHELLS[0]!);
    // Files stand where the folders would have to be: what root may do anywhere, nobody may do there.
    const uid = process.getuid?.() ?? 0;
    for (const name of [".change-deploy", `.change-deploy-${uid}`])
      writeFileSync(path.join(target.home, name), "");
    const { commands } = commandsOn(target);
    const { ending } = await commands.run(call("echo x >~/ran", { id: randomUUID() }), never);
    expect(ending).toEqual({
      kind: "not-started",
      reason: "no folder for its receipt can be made, at home or among the temporary files",
    });
    expect((await commands.run(call("true"), never)).ending).toEqual({ kind: "exited", code: 0 });
  });
});
