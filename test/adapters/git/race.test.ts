import { describe, expect, it } from "vitest";
import type { OpenedJournal } from "../../../src/adapters/git/open-journal.ts";
import type { Clock } from "../../../src/ports.ts";
import {
  BOB,
  baked,
  expectCode,
  expectSound,
  git,
  later,
  makeRemote,
  makeRepository,
  open,
  openAt,
  passed,
  readBack,
} from "./setup.ts";

const REF = "refs/change-deploy/production/changes/CHG-1";
const ROUNDS = 5;

const PLACES: [string, () => [string, string]][] = [
  ["two clones of a remote", () => makeRemote(2).clones as [string, string]],
  ["one repository", () => repeat(makeRepository())],
];

const stoppedClock = (round: number): Clock => {
  const now = Date.now() + round;
  return { now: () => now, sleep: async () => {} };
};

const repeat = (folder: string): [string, string] => [folder, folder];

describe.each(PLACES)("two processes in %s", (_, makePlaces) => {
  it("want the lease at the same time: exactly one gets it, every time", async () => {
    const places = makePlaces();
    const repositories = await Promise.all(places.map((place) => openAt(place)));
    const tokens: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      // The same person, run and instant: nothing but the holding itself tells the two apart.
      const clock = stoppedClock(round);
      const tries = await Promise.allSettled(repositories.map((repository) => open(repository, { clock })));
      const won = tries.flatMap((it) => (it.status === "fulfilled" ? [it.value] : []));
      const lost = tries.flatMap((it) => (it.status === "rejected" ? [it.reason.code] : []));
      expect([won.length, lost]).toEqual([1, ["LEASE_HELD"]]);
      const [winner] = won as [OpenedJournal];
      tokens.push(winner.token);
      await winner.journal.append([baked(round)]);
      await winner.journal.close();
    }
    expect(tokens).toEqual(Array.from({ length: ROUNDS }, (_, index) => tokens[0]! + index));
    expect(await readBack(places[1])).toHaveLength(ROUNDS);
  });
});

describe("two writers to one journal", () => {
  it("never both succeed: the one whose lease was taken over is told, and adds nothing", async () => {
    const { remote, clones } = makeRemote(2);
    const kept = [];
    for (let round = 0; round < ROUNDS; round++) {
      const first = await open(await openAt(clones[0]!));
      await first.journal.append([baked(round)]);
      const second = open(await openAt(clones[1]!), { clock: later(), holder: BOB });
      const [flushed, opened] = await Promise.allSettled([first.journal.flush(), second]);
      if (opened.status === "rejected") throw opened.reason;
      // Before the takeover it counts and the second one sees it; after it, it does not exist.
      expect(opened.value.events.slice(kept.length)).toEqual(
        flushed.status === "fulfilled" ? [baked(round)] : [],
      );
      if (flushed.status === "fulfilled") kept.push(baked(round));
      await first.journal.append([passed(1)]).catch(() => {});
      await expectCode(first.journal.flush(), "LEASE_LOST");
      await opened.value.journal.append([passed(round)]);
      kept.push(passed(round));
      await opened.value.journal.close();
      await first.journal.close();
    }
    expect(await readBack(clones[1]!)).toEqual(kept);
    expectSound(remote);
  });

  it("without a lease at all are told apart from a takeover", async () => {
    const { remote, clones } = makeRemote();
    const { journal } = await open(await openAt(clones[0]!));
    await journal.append([baked(1)]);
    await journal.flush();
    git(remote, "update-ref", REF, git(remote, "rev-parse", "refs/change-deploy/production/lease").trim());
    await journal.append([passed(1)]);
    await expectCode(journal.flush(), "JOURNAL_CONTESTED");
    expect(() => journal.assertHeld()).toThrow(expect.objectContaining({ code: "LEASE_LOST" }));
  });
});
