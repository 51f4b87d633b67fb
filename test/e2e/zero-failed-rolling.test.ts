import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { firstMissing, isHere } from "./needs.ts";
import { makeSick, missingForShop, openShop, pagesOf, type Shop } from "./shop.ts";
import { missingForSsh } from "./sshd.ts";
import { RATE_MIN, underLoad } from "./under-load.ts";

const isComplete = isHere("rolling under load", firstMissing(missingForSsh(), missingForShop()));
const addresses = Array.from({ length: 10 }, (_, at) => `127.0.1.${at + 1}`);

let shop: Shop;

describe.skipIf(!isComplete)(
  "a rolling change behind HAProxy, under all the load there can be",
  { timeout: 240_000 },
  () => {
    beforeEach(async () => {
      shop = await openShop("rolling", addresses);
    });
    afterEach(() => shop?.close());

    it("loses not one request", async () => {
      const { ended, failed, lost, rate } = await underLoad(shop, "rolling change", "2.0");
      expect(ended.code, ended.log).toBe(0);
      expect({ failed, lost }).toEqual({ failed: 0, lost: 0 });
      expect(rate).toBeGreaterThanOrEqual(RATE_MIN);
      expect(await pagesOf(shop)).toEqual(new Set(["Shop 2.0: Order now"]));
    });

    it("loses not one request on the way back from a release that is sick on a late host", async () => {
      makeSick(shop, "127.0.1.9");
      const { ended, failed, lost, rate } = await underLoad(shop, "rollback of a rolling change", "3.0");
      expect(ended.result, ended.log).toMatchObject({ outcome: "rolled-back" });
      expect(ended.result.trigger?.name).toBe("health-gate");
      expect({ failed, lost }).toEqual({ failed: 0, lost: 0 });
      expect(rate).toBeGreaterThanOrEqual(RATE_MIN);
      expect(await pagesOf(shop)).toEqual(new Set(["Shop 1.0: Order now"]));
    });

    it("loses many without the drain, which shows that the counting sees them", async () => {
      const { site } = shop;
      site.write(
        "plan.yml",
        site.read("plan.yml").replaceAll('ops/lb.mjs drain "$TARGET_NAME"', "--version"),
      );
      site.commit();
      const { ended, failed, lost } = await underLoad(shop, "rolling without drain", "2.0");
      expect(ended.code, ended.log).toBe(0);
      expect(failed).toBeGreaterThan(0);
      expect(lost).toBeGreaterThan(0);
    });
  },
);
