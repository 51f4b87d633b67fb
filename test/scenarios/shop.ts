import { type Reading, type Script, Theatre } from "../fakes/theatre.ts";
import { loadScenario } from "./load.ts";

export const MINUTE = 60_000;
const FRIDAY_18 = "2026-11-27T09:00:00Z";
export const ALL_BACK: readonly string[] = Array(6).fill("1.0");

/** The shop's change, at the beginning of its window; `replace` puts other text into the plan. */
export function shop(script: Script = {}, replace: readonly (readonly [string, string])[] = []): Theatre {
  return new Theatre(loadScenario("shop", { replace }), { startAt: FRIDAY_18, ...script });
}

/** Everything is deployed, and the tuning takes two hours: from its start on this check reads that. The way back heals it. */
export function whileTuning(name: string, reading: (sinceMs: number) => Reading | undefined): Script {
  return {
    behave: ({ script }) => (script === "./ops/tune queries" ? { ms: 115 * MINUTE } : undefined),
    read: (check, target, theatre) => {
      const tuned = theatre.ran.find((one) => one.name === "Tune queries");
      if (check !== name || tuned === undefined) return undefined;
      const isBack = theatre.versions.get(target ?? "web-1") !== "2.0";
      if (theatre.state.rollback !== null && isBack) return undefined;
      return reading(theatre.clock.now() - tuned.atMs);
    },
  };
}

export function firedAt(theatre: Theatre): number {
  return Date.parse(theatre.last("trigger-fired").at);
}

export function firstUndo(theatre: Theatre): Theatre["ran"][number] {
  return theatre.ran.find(({ name }) => name.startsWith("undo "))!;
}
