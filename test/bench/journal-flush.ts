import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemClock } from "../../src/adapters/clock.ts";
import { openJournal } from "../../src/adapters/git/open-journal.ts";
import { openRepository } from "../../src/adapters/git/open-repository.ts";
import { describeEvent } from "../../src/report/describe-event.ts";
import type { ChangeEvent } from "../../src/rollout/events.ts";
import type { Figure } from "./benchmark.ts";
import { interleave, millis, quantile } from "./measure.ts";

const FLUSHES = 60;
const FLUSH_MS_MAX = 40;
/** The facts of a batch of twenty targets with two steps each. */
const EVENTS = 80;

export const name = "journal flush";
export const budget = "one flush to a local repository at most 40 ms";

export async function run(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "change-deploy-bench-"));
  try {
    return await measureIn(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureIn(folder: string): Promise<readonly Figure[]> {
  const [here, remote] = ["here", "remote.git"].map((place) => path.join(folder, place)) as [string, string];
  execFileSync("git", ["init", "--quiet", here]);
  execFileSync("git", ["init", "--quiet", "--bare", remote]);
  const embedded = await openFor(here, { journal: null, environment: "embedded" });
  const pushed = await openFor(here, { journal: remote, environment: "pushed" });
  const samples = await interleave(FLUSHES, { embedded: embedded.flush, pushed: pushed.flush });
  await Promise.all([embedded.close(), pushed.close()]);
  return [
    millis(`a flush of ${EVENTS} events, the repository itself`, samples.embedded, FLUSH_MS_MAX),
    p90("… its 90th percentile", samples.embedded),
    millis(`a flush of ${EVENTS} events, a bare repository beside it`, samples.pushed),
    p90("… its 90th percentile", samples.pushed),
  ];
}

type Place = Readonly<{ journal: string | null; environment: string }>;

async function openFor(cwd: string, { journal: remote, environment }: Place) {
  const repository = await openRepository({ cwd, journal: remote, env: process.env });
  const { journal } = await openJournal({
    repository,
    environment,
    changeId: "BENCH-1",
    holder: { actor: "bench", where: "this machine" },
    clock: systemClock(),
    describe: describeEvent,
  });
  let flushes = 0;
  const flush = async () => {
    flushes++;
    await journal.append(writeEvents(flushes));
    const startedMs = performance.now();
    await journal.flush();
    return performance.now() - startedMs;
  };
  return { flush, close: () => journal.close() };
}

function writeEvents(flush: number): readonly ChangeEvent[] {
  const at = new Date().toISOString();
  return Array.from({ length: EVENTS }, (_, index) => {
    const target = `web-${Math.floor(index / 4)}`;
    const ids = {
      scope: "each",
      step: index % 2,
      target,
      direction: "do",
      run: flush * EVENTS + index,
    } as const;
    return index % 4 < 2
      ? { kind: "step-started", at, ...ids }
      : { kind: "step-finished", at, ...ids, ms: 12 };
  });
}

function p90(what: string, samples: readonly number[]): Figure {
  return { what, value: quantile(samples, 0.9), unit: "ms", atMost: null, spread: null };
}
