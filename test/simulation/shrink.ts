import type { Faults } from "../../src/rehearsal/faults.ts";
import type { Chapter, Scenario } from "./scenario.ts";

/** A promise's number and name, which every shorter story must break too. */
export function promiseOf(broken: string): string {
  return broken.split(":")[0]!;
}

const TRIES_MAX = 400;

/** The shortest story found that still breaks the promise: everything that it does without is left out. */
export async function shrink(
  scenario: Scenario,
  breaks: (scenario: Scenario) => Promise<boolean>,
): Promise<Scenario> {
  let shortest = scenario;
  let tries = 0;
  for (let hasImproved = true; hasImproved && tries < TRIES_MAX; ) {
    hasImproved = false;
    for (const shorter of shorten(shortest)) {
      if (tries++ >= TRIES_MAX) break;
      if (!(await breaks(shorter))) continue;
      shortest = shorter;
      hasImproved = true;
      break;
    }
  }
  return shortest;
}

function* shorten(scenario: Scenario): Generator<Scenario> {
  const { chapters, faults, script, change } = scenario;
  for (const i of chapters.keys()) yield { ...scenario, chapters: chapters.filter((_, at) => at !== i) };
  for (const name of Object.keys(faults) as (keyof Faults)[]) {
    if (faults[name] > 0) yield { ...scenario, faults: { ...faults, [name]: 0 } };
  }
  for (const i of script.keys()) yield { ...scenario, script: script.filter((_, at) => at !== i) };
  for (const without of sectionsWithout(change)) yield { ...scenario, change: { ...change, ...without } };
  for (const [i, chapter] of chapters.entries()) {
    for (const calmer of calm(chapter)) yield { ...scenario, chapters: chapters.with(i, calmer) };
  }
}

function* sectionsWithout(change: Scenario["change"]): Generator<Partial<Scenario["change"]>> {
  for (const list of ["triggers", "verify", "prepare", "requires"] as const) {
    if (change[list].length > 0) yield { [list]: [] };
  }
  if (change.notify.beforeMs > 0) yield { notify: { beforeMs: 0, to: [] } };
  if (change.schedule !== null) yield { schedule: null };
  const { apply } = change;
  if (apply.before.length > 0) yield { apply: { ...apply, before: [] } };
  if (apply.after.length > 0) yield { apply: { ...apply, after: [] } };
}

function* calm(chapter: Chapter): Generator<Chapter> {
  const nothing = {
    pause: null,
    cancelAfterMs: null,
    cutOff: null,
    killAt: null,
    killAfterMs: null,
    until: null,
  };
  for (const [key, value] of Object.entries(nothing)) {
    if (chapter[key as keyof typeof nothing] !== null) yield { ...chapter, [key]: value };
  }
  if (chapter.losesDisk) yield { ...chapter, losesDisk: false };
  if (chapter.skewMs !== 0) yield { ...chapter, skewMs: 0 };
  if (chapter.isOvertaken) yield { ...chapter, isOvertaken: false };
  if (chapter.restMs > 0) yield { ...chapter, restMs: 0 };
  for (const i of chapter.rivals.keys())
    yield { ...chapter, rivals: chapter.rivals.filter((_, at) => at !== i) };
  for (const i of chapter.says.keys()) yield { ...chapter, says: chapter.says.filter((_, at) => at !== i) };
}
