import { failuresOf, rateOf, startLoad } from "./load.ts";
import type { Shop } from "./shop.ts";
import { tell } from "./site.ts";

/** Less load than this proves nothing. */
export const RATE_MIN = 500;

/** Carries the change out under load, and tells what the clients and HAProxy have counted meanwhile. */
export async function underLoad(shop: Shop, name: string, version: string) {
  const before = await shop.counters();
  const load = startLoad(shop.url);
  const ended = await shop.site.run(version);
  const counted = await load.end();
  const after = await shop.counters();
  const [failed, lost, rate] = [failuresOf(counted), after.lost - before.lost, rateOf(counted)];
  tell(
    `${name}: ${counted.requests} requests in ${counted.seconds.toFixed(1)} s, ${rate}/s; ` +
      `${failed} failed for wrk, ${lost} for HAProxy; the slowest took ${counted.slowestMs.toFixed(0)} ms`,
  );
  return { ended, failed, lost, rate };
}
