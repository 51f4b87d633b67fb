import { appendFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readLease } from "../../src/adapters/git/read-lease.ts";
import { createWorld } from "../../src/rehearsal/world.ts";
import {
  ALICE,
  BOB,
  baked,
  expectCode,
  expectSound,
  later,
  MovableClock,
  makeRemote,
  makeRepository,
  open,
  openAt,
  passed,
  readBack,
} from "../adapters/git/setup.ts";
import { loadScenario } from "../scenarios/load.ts";

const PLACE = { environment: "production" };
const MINUTE = 60_000;

it("bike_index#4313: a run that was cancelled blocks the next one for no longer than its lease", async () => {
  const { clones } = makeRemote(2);
  const { takenOver } = await open(await openAt(clones[0]!));
  expect(takenOver).toBeNull();
  const next = await openAt(clones[1]!);
  const soon = new MovableClock();
  soon.aheadMs = 5 * MINUTE;
  await expectCode(open(next, { holder: BOB, clock: soon }), "LEASE_HELD");
  expect((await open(next, { holder: BOB, clock: later() })).takenOver?.from).toEqual(ALICE);
});

it("deployer#3335: an interrupt leaves no lock behind", async () => {
  const world = createWorld(loadScenario("fleet"), { seed: 1 });
  const control = new AbortController();
  const session = world.start({ machine: world.machine("alpha"), wish: "run", cancel: control.signal });
  const cancelled = world.clock.sleep(30_000).then(() => control.abort("SIGINT"));
  await world.drive(Promise.all([session.done, cancelled]));
  expect(session.state?.interrupted).toBe("SIGINT");
  expect(world.remote.lease?.state).toBe("released");
  const next = world.start({ machine: world.machine("beta"), wish: "resume" });
  expect(await world.drive(next.done)).toMatchObject({
    kind: "ended",
    state: { outcome: { outcome: "succeeded" } },
  });
});

it("branch-deploy#504: being the same person gives nobody a lock that is held, nor frees it", async () => {
  const repository = await openAt(makeRepository());
  const { journal, token } = await open(repository, { holder: ALICE });
  await expectCode(open(repository, { holder: ALICE, changeId: "CHG-2" }), "LEASE_HELD");
  expect(await readLease(repository, PLACE)).toMatchObject({ state: "held", token, change: "CHG-1" });
  journal.assertHeld();
});

it("branch-deploy#218: of two runs that want the lock at once, one gets it", async () => {
  const { clones } = makeRemote(2);
  const places = await Promise.all(clones.map((clone) => openAt(clone)));
  const tries = await Promise.allSettled(places.map((place) => open(place)));
  expect(tries.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
});

it("nomad#27284: two runners at once change no more targets than one may", async () => {
  const change = loadScenario("fleet");
  const world = createWorld(change, { seed: 7 });
  let most = 0;
  world.watcher = {
    ...world.watcher,
    onEvent: (_, state) => {
      most = Math.max(most, state.unavailable.size);
    },
  };
  const sessions = ["alpha", "beta", "gamma"].map((name) =>
    world.start({ machine: world.machine(name), wish: "run", patienceMs: 60 * MINUTE }),
  );
  const ends = await world.drive(Promise.all(sessions.map(({ done }) => done)));
  expect(ends.filter(({ kind }) => kind === "ended")).toHaveLength(1);
  expect(most).toBe(change.rollout.maxUnavailable);
});

it("spinnaker#7921: a worker that was asleep writes nothing once another one has gone on", async () => {
  const { clones } = makeRemote(2);
  const asleep = await open(await openAt(clones[0]!));
  await asleep.journal.append([baked(1)]);
  const awake = await open(await openAt(clones[1]!), { clock: later(), holder: BOB });
  await awake.journal.append([passed(1)]);
  await awake.journal.flush();
  const error = await asleep.journal.flush().then(
    () => null,
    (it) => it,
  );
  expect(["LEASE_LOST", "JOURNAL_CONTESTED"]).toContain(error?.code);
  await awake.journal.close();
  expect((await readBack(clones[1]!)).map(({ kind }) => kind)).not.toContain("bake-started");
});

it("terraform#28693: a start that is refused leaves no lock", async () => {
  const world = createWorld({ ...loadScenario("shop"), schedule: null }, { seed: 1, isApproved: false });
  const refused = world.start({ machine: world.machine("alpha"), wish: "run" });
  expect(await world.drive(refused.done)).toMatchObject({ state: { outcome: { outcome: "rejected" } } });
  expect(world.remote.lease?.state).toBe("released");
});

it("cloudposse-docs#358: a write that was torn forks no second history", async () => {
  const folder = makeRepository();
  const opened = await open(await openAt(folder));
  await opened.journal.append([baked(1), baked(2)]);
  await opened.journal.flush();
  await opened.journal.append([baked(3)]);
  const waiting = join(folder, ".git", "change-deploy");
  const [file] = readdirSync(waiting, { recursive: true }).filter(
    (name) => String(name).endsWith(".jsonl") || String(name).includes("ahead"),
  );
  expect(file).toBeDefined();
  appendFileSync(join(waiting, String(file)), '{"torn');
  const events = await readBack(folder, { clock: later(), holder: BOB });
  expect(events.map((event) => ("batch" in event ? event.batch : null))).toEqual([1, 2, 3]);
  expectSound(folder);
});

it.each([
  ["upload-artifact#493", 0],
  ["openedx-platform#34985", 1],
])("%s: of two writers the slower one is told, and nothing of the quicker one is lost", async (_, first) => {
  const { clones } = makeRemote(2);
  const one = await open(await openAt(clones[first]!));
  const two = await open(await openAt(clones[1 - first]!), { clock: later(), holder: BOB });
  await two.journal.append([baked(2)]);
  await two.journal.flush();
  await one.journal.append([baked(1)]).catch(() => {});
  await expect(one.journal.flush()).rejects.toMatchObject({ name: "ChangeError" });
  await two.journal.append([passed(2)]);
  await two.journal.close();
  expect((await readBack(clones[0]!)).map(({ kind }) => kind)).toEqual(["bake-started", "batch-passed"]);
});

it("actions-runner#2227: a run that waits for another one is not dropped: it has its turn", async () => {
  const world = createWorld(loadScenario("fleet"), { seed: 3 });
  const first = world.start({ machine: world.machine("alpha"), wish: "run" });
  const others = ["beta", "gamma", "delta"].map((name) =>
    world.start({ machine: world.machine(name), wish: "resume", patienceMs: 120 * MINUTE }),
  );
  await world.drive(Promise.all([first, ...others].map(({ done }) => done)));
  for (const { done } of others) expect((await done).kind).toBe("nothing");
});

it.each([
  ["actions-runner#2128", "no signal comes"],
  ["actions-runner#2595", "the runner is stopped, and no hook runs"],
])("%s: %s, and another machine goes on once the lease has run out", async () => {
  const world = createWorld(loadScenario("fleet"), { seed: 5 });
  const killed = world.start({ machine: world.machine("alpha"), wish: "run" });
  const dies = world.clock.sleep(40_000).then(() => {
    killed.life.kill();
    world.machine("alpha").lose();
  });
  await world.drive(Promise.all([killed.done, dies]));
  const atOnce = world.start({ machine: world.machine("beta"), wish: "resume" });
  expect((await world.drive(atOnce.done)).kind).toBe("kept-out");
  const next = world.start({ machine: world.machine("beta"), wish: "resume", patienceMs: 30 * MINUTE });
  expect(await world.drive(next.done)).toMatchObject({
    kind: "ended",
    state: { outcome: { outcome: "succeeded" } },
  });
});
