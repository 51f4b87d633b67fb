import { type Script, Theatre } from "../fakes/theatre.ts";
import { loadScenario } from "../scenarios/load.ts";

export const SECOND = 1_000;
export const MINUTE = 60_000;

/** Ten servers, `web-01` to `web-10`, in batches of 1, 4 and 5; `replace` puts other text into the plan. */
export function fleet(script: Script = {}, replace: readonly (readonly [string, string])[] = []): Theatre {
  return new Theatre(loadScenario("fleet", { replace }), script);
}

/** The versions that the targets have in the end, without repetition. */
export function versionsOf(theatre: Theatre): string[] {
  return [...new Set(theatre.versions.values())];
}

export function hasNew(theatre: Theatre, target: string | null): boolean {
  return target !== null && theatre.versions.get(target) === "2.0";
}

export function firedMs(theatre: Theatre): number {
  return Date.parse(theatre.last("trigger-fired").at);
}

export function countRuns(theatre: Theatre, line: string): number {
  return theatre.story.filter((one) => one === line).length;
}
