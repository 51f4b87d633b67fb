import { describe, expect, it } from "vitest";
import { openRepository } from "../../src/adapters/git/open-repository.ts";
import { readChange } from "../../src/adapters/git/read-change.ts";
import { reloadChange } from "../../src/compose/load-change.ts";
import { Random } from "../../src/rehearsal/random.ts";
import { accountOf } from "../../src/report/accounting.ts";
import type { ChangeEvent } from "../../src/rollout/events.ts";
import { replay } from "../../src/rollout/replay.ts";
import type { ChangeState } from "../../src/rollout/state.ts";
import { strays, until, Workbench } from "../acceptance/workbench.ts";
import { drawPlan, EFFECTS, STRATEGIES, type Strategy, TARGETS } from "./kill-plans.ts";

/** Kills, over all three strategies. */
const ROUNDS = 201;
/** After so many the change may come to its end; it has been killed at every stage by then. */
const KILLS_A_CHANGE_MAX = 12;
const KILLED_AFTER_MS_MAX = 1_500;
const LANE_MS_MAX = 240_000;
const seed = Number(process.env.KILL_SEED ?? 20_261_127);
const REF = "refs/change-deploy/local/changes/CHG-7";

type Tally = { kills: number; changes: number; outcomes: Map<string, number> };

/** Real processes: nobody mocks a kill. Fifty targets are files, and each step logs its own effect. */
describe(`changes of 50 targets that are killed ${ROUNDS} times (KILL_SEED=${seed})`, () => {
  const tallies = new Map<Strategy, Tally>();

  it.concurrent.each(STRATEGIES)(
    "%s: each ends, and its journal agrees with what the targets have seen",
    async (strategy) => {
      const tally: Tally = { kills: 0, changes: 0, outcomes: new Map() };
      tallies.set(strategy, tally);
      const random = new Random(seed + STRATEGIES.indexOf(strategy));
      const rounds = ROUNDS / STRATEGIES.length;
      while (tally.kills < rounds) await playChange(strategy, { random, tally, left: rounds - tally.kills });
      const outcomes = [...tally.outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(", ");
      process.stdout.write(`${strategy}: ${tally.kills} kills, ${tally.changes} changes: ${outcomes}\n`);
    },
    LANE_MS_MAX,
  );

  it("were all killed", () => {
    const kills = [...tallies.values()].reduce((sum, tally) => sum + tally.kills, 0);
    process.stdout.write(`${kills} kills, each followed by another process\n`);
    expect(kills).toBe(ROUNDS);
  });
});

type Scene = Readonly<{ random: Random; tally: Tally; left: number }>;

async function playChange(strategy: Strategy, { random, tally, left }: Scene): Promise<void> {
  const bench = new Workbench();
  try {
    bench.write("plan.yml", drawPlan(strategy, random));
    bench.write("active", "blue\n");
    for (const name of TARGETS) bench.write(`v/${name}`, "1.0\n");
    bench.commit();
    const kills = Math.min(left, random.between(4, KILLS_A_CHANGE_MAX));
    tally.kills += await killOften(bench, kills, random);
    const ended = await go(bench).ended;
    expect(await disagreements(bench), ended.stdout + ended.stderr).toEqual([]);
    const { outcome } = (await read(bench)).state;
    tally.changes++;
    const word = outcome?.outcome ?? "none";
    tally.outcomes.set(word, (tally.outcomes.get(word) ?? 0) + 1);
    await until("the last step to be gone", () => strays(bench.folder).length === 0);
  } finally {
    bench.remove();
  }
}

/** Kills one process after the other. A change that has come to its end is over: how often it was killed. */
async function killOften(bench: Workbench, kills: number, random: Random): Promise<number> {
  for (let count = 0; count < kills; count++) {
    const { child, ended } = go(bench);
    const timer = setTimeout(() => child.kill("SIGKILL"), random.between(20, KILLED_AFTER_MS_MAX));
    const { signal } = await ended;
    clearTimeout(timer);
    if (signal === null) return count;
  }
  return kills;
}

/** `run` until there is a journal; then `resume`, which begins no new attempt. */
function go(bench: Workbench) {
  const isKnown = bench.git("for-each-ref", REF) !== "";
  return bench.start("cli.js", { args: isKnown ? ["resume"] : ["run", "plan.yml", "--to", "2.0"] });
}

async function read(bench: Workbench): Promise<{ state: ChangeState; events: readonly ChangeEvent[] }> {
  const repository = await openRepository({ cwd: bench.folder, journal: null });
  const { events, files } = await readChange(repository, { environment: "local", changeId: "CHG-7" });
  return { state: replay(reloadChange(files), events), events };
}

/** Everything in which the journal and the targets do not agree. */
async function disagreements(bench: Workbench): Promise<string[]> {
  const { state, events } = await read(bench);
  const wrong: string[] = [];
  const { outcome } = state;
  if (outcome?.outcome !== "succeeded" && outcome?.outcome !== "rolled-back") {
    wrong.push(`ended as ${outcome?.outcome ?? "nothing"}: ${outcome?.reason ?? ""}`);
  }
  const live = bench.read("active").trim();
  const switched = state.change.rollout.strategy === "blue-green" && outcome?.outcome === "succeeded";
  if (live !== (switched ? "green" : "blue")) wrong.push(`${live} is live`);
  for (const name of TARGETS) {
    const account = accountOf(state, name);
    const version = bench.read(`v/${name}`).trim();
    if (version !== (account === "updated" ? "2.0" : "1.0"))
      wrong.push(`${name} is ${account} with ${version}`);
  }
  return [...wrong, ...compareEffects(bench.read("log"), events)];
}

/**
 * A finished step has had its effect exactly once. One that failed or was cut off may have had it, once;
 * and no effect comes from nowhere.
 */
function compareEffects(log: string, events: readonly ChangeEvent[]): string[] {
  const seen = countBy(log.split("\n").filter((line) => line !== ""));
  const finished = countBy(events.flatMap((event) => (event.kind === "step-finished" ? lineOf(event) : [])));
  const unsure = countBy(
    events.flatMap((event) =>
      event.kind === "step-interrupted" || event.kind === "step-failed" ? lineOf(event) : [],
    ),
  );
  const lines = new Set([...seen.keys(), ...finished.keys()]);
  return [...lines].flatMap((line) => {
    const [effects, least] = [seen.get(line) ?? 0, finished.get(line) ?? 0];
    const most = least + (unsure.get(line) ?? 0);
    return effects >= least && effects <= most ? [] : [`${line}: ${effects} times, not ${least} to ${most}`];
  });
}

function lineOf(run: { scope: string; step: number; direction: string; target: string | null }): string[] {
  const effect = EFFECTS.find(
    ({ scope, step, direction }) => scope === run.scope && step === run.step && direction === run.direction,
  );
  return effect === undefined ? [] : [`${run.target ?? "all"} ${effect.label}`];
}

function countBy(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}
