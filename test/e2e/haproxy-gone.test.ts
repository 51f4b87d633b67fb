import { rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { firstMissing, isHere } from "./needs.ts";
import { missingForShop, openShop, pagesOf, type Shop } from "./shop.ts";
import { missingForSsh } from "./sshd.ts";

const isComplete = isHere("HAProxy's socket", firstMissing(missingForSsh(), missingForShop()));
const ID = "CHG-2027-0111";
const addresses = Array.from({ length: 10 }, (_, at) => `127.0.1.${at + 1}`);

let shop: Shop;

describe.skipIf(!isComplete)("a rolling change whose HAProxy loses its socket", { timeout: 180_000 }, () => {
  beforeEach(async () => {
    shop = await openShop("rolling", addresses);
  });
  afterEach(() => shop?.close());

  it("touches no server that could not be drained, names what is left, and goes back once it answers", async () => {
    const { site } = shop;
    const running = site.start("run", "plan.yml", "--to", "2.0");
    await vi.waitFor(() => expect(running.log()).toContain("Batch 1 of 4 passed"), {
      timeout: 60_000,
      interval: 20,
    });
    rmSync(site.env.LB_SOCKET ?? "");
    const { log, result } = await running.ended;
    expect(result, log).toMatchObject({ outcome: "rollback-incomplete", trigger: { name: "step-failure" } });
    expect(result.trigger?.reason).toContain("HAProxy's socket");
    // A server whose drain has failed is not installed on: it still serves what it did.
    const events = await site.events(ID);
    const installed = events.filter(
      (event) => event.kind === "step-started" && event.step === 1 && event.direction === "do",
    );
    expect(installed.length).toBeLessThanOrEqual(4);
    const left = result.byHand.flatMap(({ undo }) => undo.map(({ step }) => step));
    expect(left.length).toBeGreaterThan(0);

    await shop.restart();
    const again = await site.start("rollback", ID).ended;
    expect(again.result, again.log).toMatchObject({ outcome: "rolled-back" });
    expect(await pagesOf(shop)).toEqual(new Set(["Shop 1.0: Order now"]));
  });
});
