import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { firstMissing, isHere } from "./needs.ts";
import { missingForShop, openShop, pagesOf, type Shop } from "./shop.ts";
import { missingForSsh } from "./sshd.ts";
import { RATE_MIN, underLoad } from "./under-load.ts";

const isComplete = isHere("blue-green under load", firstMissing(missingForSsh(), missingForShop()));
const addresses = [2, 3].flatMap((group) => [1, 2, 3].map((at) => `127.0.${group}.${at}`));

let shop: Shop;

describe.skipIf(!isComplete)(
  "a blue-green switch of an HAProxy backend, under load",
  { timeout: 240_000 },
  () => {
    beforeEach(async () => {
      shop = await openShop("blue-green", addresses);
    });
    afterEach(() => shop?.close());

    it("loses not one request", async () => {
      const { ended, failed, lost, rate } = await underLoad(shop, "blue-green switch", "2.0");
      expect(ended.code, ended.log).toBe(0);
      expect({ failed, lost }).toEqual({ failed: 0, lost: 0 });
      expect(rate).toBeGreaterThanOrEqual(RATE_MIN);
      expect(await pagesOf(shop)).toEqual(new Set(["Shop 2.0: Order now"]));
      expect(shop.site.read("state/live.map")).toBe("live green\n");
    });

    it("loses not one request when a trigger switches back", async () => {
      const { ended, failed, lost, rate } = await underLoad(shop, "blue-green rollback", "3.0");
      expect(ended.result, ended.log).toMatchObject({ outcome: "rolled-back" });
      expect(ended.result.trigger?.name).toBe("nobody can order");
      expect({ failed, lost }).toEqual({ failed: 0, lost: 0 });
      expect(rate).toBeGreaterThanOrEqual(RATE_MIN);
      expect(await pagesOf(shop)).toEqual(new Set(["Shop 1.0: Order now"]));
      expect(shop.site.read("state/live.map")).toBe("live blue\n");
    });
  },
);
