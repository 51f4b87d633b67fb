import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { type Client, subtractTally, type Tally } from "./client.ts";
import type { Fleet } from "./fleet.ts";
import type { Narrator } from "./narrator.ts";
import type { RunChange } from "./spawn-change.ts";
import type { Workspace } from "./workspace.ts";

export type Stage = Readonly<{
  narrator: Narrator;
  workspace: Workspace;
  fleet: Fleet;
  client: Client;
  signal: AbortSignal;
  change: RunChange;
}>;

type Seen = Readonly<{ exitCode: number; tally: Tally; versions: ReadonlyMap<string, string> }>;

const ENVIRONMENT = "demo";
const GOOD = { version: "2.0", id: "CHG-1001" };
const BAD = { version: "3.0", id: "CHG-1002" };
const SUCCEEDED = { exitCode: 0, words: "succeeded" };
const ROLLED_BACK = { exitCode: 3, words: "rolled back" };

/** Plays the demo on a stage that is set; what came out otherwise than it should. */
export async function tellStory(stage: Stage): Promise<readonly string[]> {
  const checks = new Checks(stage.narrator);
  openStory(stage);
  await showGoodChange(stage, checks);
  // After a first change that went wrong the second would only confuse.
  if (checks.differences.length === 0) {
    await showBadChange(stage, checks);
    await showRecords(stage, checks);
  }
  closeStory(stage, checks);
  return checks.differences;
}

function openStory({ narrator, fleet }: Stage): void {
  const count = fleet.services.length;
  narrator.chapter("1. The fleet");
  narrator.say(`${count} web services run on this machine, a process each, all on release 1.0.`);
  narrator.say("A client behind a load balancer sends them 50 requests a second, all the time.");
}

async function showGoodChange(stage: Stage, checks: Checks): Promise<void> {
  stage.narrator.chapter("2. A good release: 1.0 to 2.0");
  stage.narrator.say(
    "One service first, then a quarter of them, then the rest; each batch must prove healthy.",
  );
  const seen = await runChange(stage, GOOD.version);
  expectExit(checks, seen, SUCCEEDED);
  expectVersions(checks, seen, GOOD.version);
  expectAnswers(checks, seen.tally, GOOD.version);
  const { requests, failures } = seen.tally;
  checks.expect(
    failures === 0,
    `the client: ${requests} requests, ${failures} failed${listFailures(seen.tally)}`,
  );
}

async function showBadChange(stage: Stage, checks: Checks): Promise<void> {
  stage.narrator.chapter("3. A bad release: 2.0 to 3.0");
  stage.narrator.say("One host is configured for the old payments client, and 3.0 does not work there.");
  stage.narrator.say("It is in the last batch, so the first batches will look fine.");
  const seen = await runChange(stage, BAD.version);
  expectExit(checks, seen, ROLLED_BACK);
  expectVersions(checks, seen, GOOD.version);
  expectAnswers(checks, seen.tally, BAD.version);
  const { requests, failures } = seen.tally;
  stage.narrator.say(`     the client: ${requests} requests, ${failures} failed${listFailures(seen.tally)}`);
  stage.narrator.say("     (the broken service had traffic until the rollback took it out of the pool)");
}

async function runChange(
  { narrator, change, client, fleet, workspace, signal }: Stage,
  version: string,
): Promise<Seen> {
  signal.throwIfAborted();
  const args = ["run", `to-${version}.yml`, "--environment", ENVIRONMENT, "--to", version];
  narrator.command(`change-deploy ${args.join(" ")}`);
  const before = await client.report();
  const exitCode = await change(args, { cwd: workspace.folder, env: workspace.env, signal });
  signal.throwIfAborted();
  const tally = subtractTally(await client.report(), before);
  return { exitCode, tally, versions: await fleet.readVersions() };
}

async function showRecords({ narrator, workspace }: Stage, checks: Checks): Promise<void> {
  narrator.chapter("4. What is left to read");
  const issues = path.join(workspace.folder, ".change-deploy", "issues");
  const files = (await readdir(issues).catch(() => [])).filter((file) => file.endsWith(".md"));
  checks.expect(files.length === 1, `${files.length} issue written, for the change that was rolled back`);
  for (const file of files) narrator.quote(await readFile(path.join(issues, file), "utf8"));

  const ref = `refs/change-deploy/${ENVIRONMENT}/changes/${BAD.id}`;
  narrator.say("");
  narrator.say("The journal is git itself, written before each step was taken:");
  narrator.command(`git log --reverse ${ref}`);
  const log = await workspace.git(["log", "--reverse", "--format=%h %s", ref]).catch(() => "");
  narrator.quote(log);
  checks.expect(log !== "", "the journal tells how it went");
}

function closeStory({ narrator }: Stage, checks: Checks): void {
  narrator.chapter("The end");
  if (checks.differences.length === 0) {
    narrator.say(
      "2.0 went out without a failed request; 3.0 was caught and undone, and nobody had to be awake.",
    );
  } else {
    narrator.say("Not everything went as it should:");
    for (const difference of checks.differences) narrator.say(`  - ${difference}`);
  }
}

function expectExit(checks: Checks, { exitCode }: Seen, should: typeof SUCCEEDED): void {
  const ok = exitCode === should.exitCode;
  checks.expect(
    ok,
    `exit code ${exitCode}${ok ? `: ${should.words}` : `, not ${should.exitCode}: ${should.words}`}`,
  );
}

function expectVersions(checks: Checks, { versions }: Seen, version: string): void {
  const others = [...versions].filter(([, served]) => served !== version);
  const list = others.map(([name, served]) => `; ${name}: ${served}`).join("");
  checks.expect(
    others.length === 0,
    `${versions.size - others.length} of ${versions.size} serve ${version}${list}`,
  );
}

function expectAnswers(checks: Checks, { byRelease }: Tally, version: string): void {
  const count = byRelease[`release ${version}`] ?? 0;
  checks.expect(count > 0, `the client got ${count} answers from ${version}`);
}

function listFailures({ firstFailures, failures }: Tally): string {
  if (firstFailures.length === 0) return "";
  const distinct = [...new Set(firstFailures)].join("; ");
  return `: ${distinct}${failures > firstFailures.length ? ", …" : ""}`;
}

class Checks {
  readonly differences: string[] = [];
  readonly #narrator: Narrator;

  constructor(narrator: Narrator) {
    this.#narrator = narrator;
  }

  expect(ok: boolean, text: string): void {
    this.#narrator.verdict(ok, text);
    if (!ok) this.differences.push(text);
  }
}
