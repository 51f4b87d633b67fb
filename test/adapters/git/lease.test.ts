import { spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { buildCommit } from "../../../src/adapters/git/objects.ts";
import { identifyProcess, proveDeath } from "../../../src/adapters/git/process-identity.ts";
import { readLease } from "../../../src/adapters/git/read-lease.ts";
import {
  ALICE,
  BOB,
  baked,
  expectCode,
  expectSound,
  git,
  later,
  MovableClock,
  makeRemote,
  makeRepository,
  open,
  openAt,
  passed,
  plantLease,
  LEASE_REF as REF,
} from "./setup.ts";

const PLACE = { environment: "production" };

const MINE = identifyProcess()!;

/** A number that no process has: one of ours that has ended. */
async function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", "0"], { stdio: "ignore" });
  await new Promise((resolve) => child.on("close", resolve));
  return child.pid!;
}

describe("a lease", () => {
  it("says in words and in fields who holds the environment", async () => {
    const folder = makeRepository();
    const repository = await openAt(folder);
    await open(repository, { run: { id: "77", attempt: 2 } });
    expect(git(folder, "log", "--format=%s", REF)).toMatch(/^Held by alice \(pid 1 on a-machine\) until 20/);
    expect(await readLease(repository, PLACE)).toMatchObject({
      state: "held",
      holder: ALICE,
      change: "CHG-1",
      process: { pid: process.pid },
      run: { id: "77", attempt: 2 },
    });
  });

  it.each([
    ["another person", BOB],
    ["the same person again", ALICE],
  ])("keeps out %s while it lives, naming holder and expiry", async (_, holder) => {
    const repository = await openAt(makeRepository());
    await open(repository);
    const error = await expectCode(open(repository, { holder, changeId: "CHG-2" }), "LEASE_HELD");
    expect(error.message).toMatch(/alice \(pid 1 on a-machine\).* CHG-1 .* until 20\d\d-/);
    expect(error.hint).toMatch(/runs out at 20/);
  });

  it("leaves other environments alone", async () => {
    const repository = await openAt(makeRepository());
    await open(repository);
    expect(await open(repository, { environment: "staging" })).toMatchObject({ takenOver: null, recent: [] });
  });

  it("is not made for another spelling of an environment that is there", async () => {
    const repository = await openAt(makeRepository());
    await open(repository);
    const error = await expectCode(open(repository, { environment: "Production" }), "INPUT_INVALID");
    expect(`${error.message} ${error.hint}`).toMatch(
      /"Production" by the name "production".*write `production`/,
    );
    await open(repository, { environment: "production-2" });
    // A change of that name is no lease.
    const { journal } = await open(repository, { environment: "staging", changeId: "lease" });
    await journal.append([baked(1)]);
    await journal.flush();
    await open(repository, { environment: "Staging/changes" });
  });

  it("is free once given back, and its token only grows", async () => {
    const repository = await openAt(makeRepository());
    const tokens: number[] = [];
    for (let holdings = 0; holdings < 3; holdings++) {
      const { token, takenOver, journal } = await open(repository);
      expect(takenOver).toBeNull();
      await journal.close();
      await journal.close();
      expect(await readLease(repository, PLACE)).toMatchObject({ state: "released", token });
      tokens.push(token - (tokens[0] ?? 0));
    }
    expect(tokens.slice(1)).toEqual([1, 2]);
  });

  it("begins above all tokens that there were when somebody has deleted it", async () => {
    const folder = makeRepository();
    const repository = await openAt(folder);
    const { token, journal } = await open(repository);
    await journal.close();
    git(folder, "update-ref", "-d", REF);
    expect((await open(repository, { clock: later() })).token).toBeGreaterThan(token);
  });

  it("is left to run out where steps may still be running: nobody is let in before", async () => {
    const repository = await openAt(makeRepository());
    const { journal, token } = await open(repository);
    await journal.append([baked(1)]);
    await journal.close({ release: false });
    await journal.close();
    expect(await readLease(repository, PLACE)).toMatchObject({ state: "held", token });
    expect(() => journal.assertHeld()).toThrow(expect.objectContaining({ code: "LEASE_LOST" }));
    await expectCode(open(repository, { holder: BOB }), "LEASE_HELD");
    const next = await open(repository, { holder: BOB, clock: later() });
    expect(next).toMatchObject({ token: token + 1, takenOver: { from: ALICE }, writeAhead: "found" });
    expect(next.events).toEqual([baked(1)]);
  });

  it("is taken over once it has run out, and not before", async () => {
    const repository = await openAt(makeRepository());
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    await plantLease(repository, { expiresAt });
    const clock = new MovableClock();
    clock.aheadMs = 50_000;
    await expectCode(open(repository, { clock }), "LEASE_HELD");
    clock.aheadMs = 61_000;
    const { token, takenOver } = await open(repository, { clock });
    expect(token).toBe(42);
    expect(takenOver).toEqual({ from: BOB, proof: `its lease ran out at ${expiresAt}` });
  });

  it("is taken over at once from a process that is gone from this machine", async () => {
    const repository = await openAt(makeRepository());
    const pid = await endedPid();
    await plantLease(repository, { process: { ...MINE, pid } });
    const { takenOver } = await open(repository);
    expect(takenOver).toEqual({ from: BOB, proof: `process ${pid} is gone from this machine` });
  });

  it("is taken over at once when another process has got the number since", async () => {
    const repository = await openAt(makeRepository());
    await plantLease(repository, { process: { ...MINE, start: "1" } });
    expect((await open(repository)).takenOver?.proof).toContain("is another one by now");
  });

  it.each([
    ["of another machine", { ...MINE, machine: "elsewhere" }],
    ["of another boot", { ...MINE, boot: "earlier" }],
    ["of another container", { ...MINE, namespace: "pid:[1]" }],
  ])("is not taken over from a process %s, whatever runs here", async (_, process) => {
    const repository = await openAt(makeRepository());
    await plantLease(repository, { process: { ...process, pid: await endedPid() } });
    await expectCode(open(repository), "LEASE_HELD");
  });

  it("is taken over from a run that somebody else proves to have ended", async () => {
    const repository = await openAt(makeRepository());
    await plantLease(repository, { run: { id: "77", attempt: 1 } });
    await expectCode(open(repository, { proveRunOver: async () => null }), "LEASE_HELD");
    const proveRunOver = async (run: { id: string; attempt: number }) =>
      `run ${run.id}.${run.attempt} has ended`;
    expect((await open(repository, { proveRunOver })).takenOver?.proof).toBe("run 77.1 has ended");
  });

  it("keeps everybody out when it cannot be read", async () => {
    const repository = await openAt(makeRepository());
    for (const text of ["{}", "not json", JSON.stringify({ lease: 2 })]) {
      const parent = (await repository.readRefs([REF])).get(REF) ?? null;
      const commit = buildCommit(
        repository.hash,
        { "lease.json": text },
        { parent, author: "x", atMs: 0, message: "x" },
      );
      await repository.write(commit.objects);
      await repository.update([{ ref: REF, from: parent, to: commit.id }]);
      await expectCode(open(repository), "JOURNAL_CORRUPT");
    }
  });

  it("is given back when the journal turns out to be damaged", async () => {
    const repository = await openAt(makeRepository());
    const ref = "refs/change-deploy/production/changes/CHG-1";
    const commit = buildCommit(
      repository.hash,
      { "events.jsonl": "x\n" },
      { parent: null, author: "x", atMs: 0, message: "x" },
    );
    await repository.write(commit.objects);
    await repository.update([{ ref, from: null, to: commit.id }]);
    await expectCode(open(repository), "JOURNAL_CORRUPT");
    expect(await readLease(repository, PLACE)).toMatchObject({ state: "released" });
  });

  it.each([
    ["at a remote as long as one holding, so that nobody fetches more", () => makeRemote().clones[0]!, "3\n"],
    ["in a local repository whole, so that no object is left dangling", makeRepository, "9\n"],
  ])("keeps its history %s", async (_, makePlace, commits) => {
    const folder = makePlace();
    const repository = await openAt(folder);
    for (let round = 0; round < 3; round++) {
      const { journal } = await open(repository);
      await journal.append([baked(round)]);
      await journal.close();
    }
    expect(git(folder, "rev-list", "--count", REF)).toBe(commits);
    if (!repository.isRemote) expect(git(folder, "fsck", "--strict")).toBe("");
  });

  it("moves forward only, on a server that wants that", async () => {
    const { remote, clones } = makeRemote();
    git(remote, "config", "receive.denyNonFastForwards", "true");
    const repository = await openAt(clones[0]!);
    const prefix = "refs/heads/change-deploy";
    const tokens: number[] = [];
    for (let holdings = 0; holdings < 2; holdings++) {
      const { journal, token } = await open(repository, { prefix });
      await journal.close();
      tokens.push(token);
    }
    expect(tokens[1]).toBe(tokens[0]! + 1);
    expect(git(remote, "rev-list", "--count", `${prefix}/production/lease`)).toBe("4\n");
    expectSound(remote);
  });
});

describe("a holder", () => {
  it("may act until a tenth before the end by its own clock, and again after a flush", async () => {
    const clock = new MovableClock();
    const { journal } = await open(await openAt(makeRepository()), { clock, leaseMs: 600_000 });
    clock.aheadMs += 500_000;
    journal.assertHeld();
    clock.aheadMs += 45_000;
    expect(() => journal.assertHeld()).toThrow(expect.objectContaining({ code: "LEASE_LOST" }));
    await journal.append([baked(1)]);
    await journal.flush();
    journal.assertHeld();
  });

  it("may not act any more after giving the lease back", async () => {
    const { journal } = await open(await openAt(makeRepository()));
    await journal.close();
    expect(() => journal.assertHeld()).toThrow(expect.objectContaining({ code: "LEASE_LOST" }));
  });

  it("renews the lease without being asked", async () => {
    const repository = await openAt(makeRepository());
    await open(repository, { leaseMs: 900 });
    const first = await readLease(repository, PLACE);
    const renewed = async () => (await readLease(repository, PLACE))?.expiresAt !== first?.expiresAt;
    for (let looks = 0; looks < 100 && !(await renewed()); looks++) await delay(50);
    expect(await readLease(repository, PLACE)).toMatchObject({ token: first?.token, state: "held" });
    expect(await renewed()).toBe(true);
  });

  it("learns from the renewal that another one has taken over", async () => {
    const { clones } = makeRemote(2);
    const { journal } = await open(await openAt(clones[0]!), { leaseMs: 900 });
    const other = await open(await openAt(clones[1]!), { clock: later(), holder: BOB });
    const isLost = () => {
      try {
        journal.assertHeld();
        return null;
      } catch (error) {
        return error as Error;
      }
    };
    const knows = () => isLost()?.message.includes("bob") === true;
    for (let looks = 0; looks < 200 && !knows(); looks++) await delay(50);
    expect(isLost()).toMatchObject({ code: "LEASE_LOST", message: expect.stringContaining("bob") });
    await expectCode(journal.append([passed(1)]), "LEASE_LOST");
    await expectCode(journal.flush(), "LEASE_LOST");
    await journal.close();
    expect(await readLease(await openAt(clones[1]!), PLACE)).toMatchObject({
      state: "held",
      token: other.token,
    });
  });
});

describe("the proof of a death", () => {
  it("is not given for a process that lives", () => {
    expect(proveDeath(MINE)).toBeNull();
  });

  it.runIf(process.platform === "linux")(
    "is given for one that has ended and is not yet reaped",
    async () => {
      // The child ends after a sleep has replaced the shell, which never asks for it.
      const parent = spawn("sh", ["-c", "sleep 0.2 & echo $!; exec sleep 60"], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      const pid = await new Promise<number>((resolve) =>
        parent.stdout.on("data", (text) => resolve(Number(text))),
      );
      const of = { ...MINE, pid };
      for (let looks = 0; looks < 100 && proveDeath(of)?.includes("has ended") !== true; looks++)
        await delay(20);
      expect(proveDeath(of)).toBe(`process ${pid} on this machine has ended`);
      parent.kill("SIGKILL");
    },
  );
});
