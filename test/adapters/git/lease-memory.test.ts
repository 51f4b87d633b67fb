import { describe, expect, it } from "vitest";
import { readLease } from "../../../src/adapters/git/read-lease.ts";
import type { ChangeEvent } from "../../../src/rollout/events.ts";
import {
  ALICE,
  git,
  LEASE_REF,
  makeRemote,
  makeRepository,
  open,
  openAt,
  plantLease,
  recorded,
} from "./setup.ts";

const PLACE = { environment: "production" };

const begun = (attempt: number, token?: number): ChangeEvent => ({
  kind: "attempt-started",
  at: "2026-03-01T12:00:00Z",
  attempt,
  change: "CHG-1",
  environment: "production",
  version: "2.0",
  digest: "d",
  commit: null,
  holder: ALICE,
  ...(token === undefined ? {} : { token }),
});

const opened: ChangeEvent = {
  kind: "batch-opened",
  at: "2026-03-01T12:00:01Z",
  batch: 0,
  targets: ["web-01"],
};

describe("what a lease remembers", () => {
  it("is who touched something last, and not who was sent away or rejected", async () => {
    const repository = await openAt(makeRepository());
    const first = await open(repository);
    await first.journal.append([begun(1, first.token), opened]);
    await first.journal.close();
    await (await open(repository, { changeId: "CHG-2" })).journal.close();
    const rejected = await open(repository, { changeId: "CHG-3" });
    await rejected.journal.append([begun(1, rejected.token)]);
    await rejected.journal.close();
    expect((await open(repository)).isOutOfDate).toBe(false);
    await readLease(repository, PLACE).then((lease) => expect(lease?.acted).toBe(first.token));
  });

  it.each([
    ["in the repository itself", makeRepository],
    ["at a remote", () => makeRemote().clones[0]!],
  ])("remembers %s who has begun, newest first, and not who only looked or went on", async (_, makePlace) => {
    const repository = await openAt(makePlace());
    const act = async (changeId: string, event: ChangeEvent | "begin") => {
      const { journal, recent, token } = await open(repository, { changeId });
      await journal.append([event === "begin" ? begun(1, token) : event]);
      await journal.close();
      return recent;
    };
    expect(await act("CHG-1", "begin")).toEqual([]);
    expect(await act("CHG-2", recorded("web-01"))).toEqual(["CHG-1"]);
    expect(await act("CHG-3", "begin")).toEqual(["CHG-1"]);
    expect(await act("CHG-1", "begin")).toEqual(["CHG-3", "CHG-1"]);
    expect(await act("CHG-3", recorded("web-01"))).toEqual(["CHG-1", "CHG-3"]);
  });

  it("remembers fifty of them", async () => {
    const repository = await openAt(makeRepository());
    const ids = Array.from({ length: 50 }, (_, i) => `CHG-${20 + i}`);
    const recent = ids.map((change, i) => ({ change, token: 40 - Math.min(i, 40) }));
    await plantLease(repository, { state: "released", recent });
    const { journal, token } = await open(repository);
    await journal.append([begun(1, token)]);
    await journal.close();
    const next = await open(repository);
    expect(next.recent).toEqual(["CHG-1", ...ids.slice(0, 49)]);
  });

  it("looks the changes up where it knows of none: an earlier version wrote it, or somebody deleted it", async () => {
    const folder = makeRepository();
    const repository = await openAt(folder);
    const { journal } = await open(repository, { changeId: "CHG-7" });
    await journal.append([begun(1)]);
    await journal.close();
    const { recent: _, ...forgetful } = (await readLease(repository, PLACE))!;
    await plantLease(repository, forgetful, git(folder, "rev-parse", LEASE_REF).trim());
    expect(await readLease(repository, PLACE)).not.toHaveProperty("recent");
    const next = await open(repository, { changeId: "CHG-8" });
    expect(next.recent).toEqual(["CHG-7"]);
    await next.journal.close();
    git(folder, "update-ref", "-d", LEASE_REF);
    expect((await open(repository, { changeId: "CHG-8" })).recent).toEqual(["CHG-7"]);
  });

  it("puts an attempt that could not be told in its time where it belongs: beneath those that began since", async () => {
    const folder = makeRepository();
    const repository = await openAt(folder);
    const dead = await open(repository, { changeId: "CHG-1" });
    await dead.journal.append([begun(1, dead.token)]);
    const token = dead.token + 1;
    await plantLease(
      repository,
      { state: "released", token, recent: [{ change: "CHG-2", token }] },
      git(folder, "rev-parse", LEASE_REF).trim(),
    );
    const refused = await open(repository, { changeId: "CHG-1" });
    expect(refused).toMatchObject({ events: [begun(1, dead.token)], recent: ["CHG-2"] });
    await refused.journal.close();
    // Who adds nothing makes nothing known: others may go on as if it had never begun.
    const again = await open(repository, { changeId: "CHG-1" });
    expect(again).toMatchObject({ events: [begun(1, dead.token)], isOutOfDate: true, recent: ["CHG-2"] });
    await again.journal.append([recorded("web-01")]);
    await again.journal.close();
    expect((await open(repository, { changeId: "CHG-1" })).recent).toEqual(["CHG-2", "CHG-1"]);
  });
});
