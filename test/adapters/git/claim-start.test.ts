import { describe, expect, it } from "vitest";
import { claimStart } from "../../../src/adapters/git/claim-start.ts";
import { listChanges } from "../../../src/adapters/git/list-changes.ts";
import { baked, git, makeRemote, makeRepository, open, openAt } from "./setup.ts";

const RUN = "https://github.test/octo-org/shop/actions/runs/1";
const OTHER = "https://github.test/octo-org/shop/actions/runs/2";
const claim = (by: string, changeId = "CHG-1") => ({
  prefix: "refs/change-deploy",
  environment: "production",
  changeId,
  by,
  atMs: 0,
});

describe.each([
  ["a remote", () => makeRemote(2).clones],
  ["one repository", () => Array<string>(2).fill(makeRepository())],
])("the start of a change by schedule, in %s", (_, makePlaces) => {
  it("is for one run, and stays its own when that is run again", async () => {
    const [first, second] = await Promise.all(makePlaces().map((place) => openAt(place)));
    expect(await claimStart(first!, claim(RUN))).toBe("ours");
    expect(await claimStart(second!, claim(OTHER))).toBe("other");
    expect(await claimStart(second!, claim(RUN))).toBe("ours");
    expect(await claimStart(second!, claim(OTHER, "CHG-2"))).toBe("ours");
  });

  it("is for exactly one of two that ask at the same time, every time", async () => {
    const places = await Promise.all(makePlaces().map((place) => openAt(place)));
    for (let round = 0; round < 5; round++) {
      const asked = places.map((place, at) =>
        claimStart(place, claim(at === 0 ? RUN : OTHER, `CHG-${round}`)),
      );
      expect((await Promise.all(asked)).sort()).toEqual(["other", "ours"]);
    }
  });
});

describe("the claim of a start", () => {
  it("leaves alone what a person has started", async () => {
    const folder = makeRepository();
    const { journal } = await open(await openAt(folder));
    await journal.append([baked(1)]);
    await journal.close();
    const repository = await openAt(folder);
    expect(await claimStart(repository, claim(RUN))).toBe("has-journal");
  });

  it("is no change, so that nobody takes it for one", async () => {
    const folder = makeRepository();
    const repository = await openAt(folder);
    await claimStart(repository, claim(RUN));
    expect(git(folder, "for-each-ref", "--format=%(refname) %(subject)").trim()).toBe(
      "refs/change-deploy/production/started/CHG-1 Start CHG-1 in production",
    );
    expect(await listChanges(repository)).toEqual([]);
    expect(git(folder, "fsck", "--strict")).toBe("");
  });
});
