import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Faulty } from "./faulty.ts";
import { firstMissing, isHere } from "./needs.ts";
import { missingForNetwork, type Network, openNetwork } from "./network.ts";
import { tell } from "./site.ts";
import { missingForSsh, type Sshd, startSshd } from "./sshd.ts";

const isComplete = isHere("faults of a network", firstMissing(missingForSsh(), missingForNetwork()));

let network: Network;
let sshd: Sshd;
let faulty: Faulty;

describe.skipIf(!isComplete)("a change over a bad network", { timeout: 180_000 }, () => {
  beforeEach(async () => {
    network = openNetwork();
    sshd = await startSshd({ within: network.within, listen: network.address });
    faulty = new Faulty(sshd, { '"h[1:3]", host: "127.0.1.[1:3]"': `h2, host: ${network.address}` });
  });
  afterEach(() => {
    faulty?.site.remove();
    sshd?.stop();
    network?.remove();
  });

  async function untilStep(): Promise<number> {
    await vi.waitFor(() => expect(faulty.read("connection")).not.toBe(""), { timeout: 60_000, interval: 20 });
    return Number(faulty.read("connection").split(" ")[1]);
  }

  it("goes on after a reset connection: the receipt says how the step ended, which ran once", async () => {
    faulty.step("sleep 3");
    const running = faulty.site.start("run", "plan.yml", "--to", "2.0");
    network.reset(await untilStep());
    const { code, log } = await running.ended;
    expect(code, log).toBe(0);
    expect(log).toContain("the connection was lost while it ran");
    expect(faulty.effects()).toEqual(["h2"]);
  });

  it("goes on when the host vanishes behind its packets in the middle of a step", async () => {
    faulty.step("sleep 3");
    const running = faulty.site.start("run", "plan.yml", "--to", "2.0");
    network.drop(await untilStep());
    const { code, log } = await running.ended;
    expect(code, log).toBe(0);
    expect(faulty.effects()).toEqual(["h2"]);
  });

  it("ends well where every fifth packet is lost, each step once", async () => {
    network.lose(0.2);
    const startedMs = performance.now();
    const { code, log } = await faulty.site.run("2.0");
    expect(code, log).toBe(0);
    expect(faulty.effects()).toEqual(["h2"]);
    tell(
      `a fifth of the packets lost: one host changed in ${Math.round((performance.now() - startedMs) / 1_000)} s`,
    );
  });
});
