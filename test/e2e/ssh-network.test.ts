import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { isHere } from "./needs.ts";
import { missingForNetwork, type Network, openNetwork } from "./network.ts";
import { call, commandsTo, never } from "./setup.ts";
import { missingForSsh, type Sshd, startSshd } from "./sshd.ts";

const isComplete = isHere("a vanishing host", missingForSsh() ?? missingForNetwork());

let network: Network;
let sshd: Sshd;

describe.skipIf(!isComplete)("a host that vanishes in the middle of a step", () => {
  beforeAll(async () => {
    network = openNetwork();
    sshd = await startSshd({ within: network.within, listen: network.address });
  });
  afterAll(() => {
    sshd?.stop();
    network?.remove();
  });

  it("is found dead within 30 s, and its receipt says how the step ended", async () => {
    const { commands, lines } = commandsTo(sshd);
    const target = { name: "web-1", host: network.address, zone: null };
    // More than the way back can hold: a step that nobody listens to has to go on all the same.
    const script = 'echo "$SSH_CONNECTION"; sleep 2; seq 1 2000000; exit 4';
    const running = commands.run(call(script, { id: randomUUID(), target, timeoutMs: 40_000 }), never);
    await vi.waitFor(() => expect(lines).toHaveLength(1), { timeout: 10_000 });
    // Only this connection: what follows it gets through, and nothing ever tells sshd that it is dead.
    network.drop(Number(lines[0]?.split(" ")[2]));
    const droppedMs = performance.now();
    await vi.waitFor(() => expect(lines.join()).toContain("the connection was lost while it ran"), {
      timeout: 40_000,
      interval: 50,
    });
    const foundMs = Math.round(performance.now() - droppedMs);
    expect(foundMs).toBeLessThan(30_000);
    expect((await running).ending).toEqual({ kind: "exited", code: 4 });
    process.stdout.write(`a vanished host was found dead after ${foundMs} ms\n`);
    await commands.endAll();
  });
});
