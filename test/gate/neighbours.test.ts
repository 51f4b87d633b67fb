import { describe, expect, it } from "vitest";
import {
  coverAll,
  findOccupants,
  type Kept,
  listLater,
  type Neighbour,
  neighboursOf,
  unreadable,
} from "../../src/gate/neighbours.ts";
import type { Outcome } from "../../src/rollout/event-parts.ts";
import type { ChangeEvent } from "../../src/rollout/events.ts";
import { aChange, aStep } from "../fakes/change.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const at = (ms: number) => new Date(NOW + ms).toISOString();

const on = (...hosts: string[]) => aChange({ batches: [hosts], change: { id: "CHG-9", version: "9.0" } });
type Over = Partial<Omit<Neighbour, "hosts">> & { hosts?: readonly string[]; keeps?: readonly string[] };

function neighbour({ hosts = ["a"], keeps, ...over }: Over): Neighbour {
  const kept: Kept | null =
    keeps === undefined ? null : { group: "blue", hosts: new Set(keeps), untilMs: NOW + 1_000 };
  const known = { version: "2.0", since: since(NOW), isLast: true, state: null };
  return { id: "CHG-7", kind: "changed", ...known, kept, ...over, hosts: new Set(hosts) };
}

/** By the clock alone, or by the lease's token, whatever the clock says. */
const since = (ms: number, token = 0) => ({ token, ms });
const unfinished = (id: string, sinceMs: number, ...hosts: string[]) =>
  neighbour({ id, kind: "unfinished", since: since(sinceMs), hosts });
const changed = (id: string, sinceMs: number, ...hosts: string[]) =>
  neighbour({ id, since: since(sinceMs), hosts });

const occupants = (...args: Parameters<typeof findOccupants>) =>
  findOccupants(...args).map(({ neighbour: { id }, kept }) =>
    kept === null ? id : `${id} keeps ${kept.group}`,
  );

describe("what stands in a start's way", () => {
  it.each<[string, Neighbour[], string[]]>([
    ["nobody", [], []],
    ["a change that is done", [changed("CHG-7", 1, "a", "b")], []],
    ["one that is part done", [unfinished("CHG-7", 1, "a")], ["CHG-7"]],
    ["one that is part done elsewhere", [unfinished("CHG-7", 1, "z")], []],
    ["one whose journal cannot be read, wherever it was", [unreadable("CHG-7")], ["CHG-7"]],
    ["its own part-done attempt, which is gone on with", [unfinished("CHG-9", 1, "a")], []],
    [
      "part done, beneath one that covers it",
      [changed("CHG-8", 2, "a", "b"), unfinished("CHG-7", 1, "a")],
      [],
    ],
    [
      "part done, beneath one that covers some of it",
      [changed("CHG-8", 2, "a"), unfinished("CHG-7", 1, "a", "b")],
      ["CHG-7"],
    ],
    [
      "part done, and a later one beside it",
      [changed("CHG-8", 2, "b"), unfinished("CHG-7", 1, "a")],
      ["CHG-7"],
    ],
    [
      "the order in which they began counts, not that of the list",
      [unfinished("CHG-7", 1, "a"), changed("CHG-8", 2, "a")],
      [],
    ],
    ["a group that is kept", [neighbour({ keeps: ["a"] })], ["CHG-7 keeps blue"]],
    ["a group that is kept elsewhere", [neighbour({ hosts: ["a", "z"], keeps: ["z"] })], []],
    [
      "a group that is kept by its own last version",
      [neighbour({ id: "CHG-9", keeps: ["a"] })],
      ["CHG-9 keeps blue"],
    ],
    [
      "a kept group that a later one has taken",
      [changed("CHG-8", NOW + 1, "a"), neighbour({ keeps: ["a"] })],
      [],
    ],
    [
      "a kept group, and a later one beside it",
      [changed("CHG-8", NOW + 1, "b"), neighbour({ hosts: ["a", "b"], keeps: ["a"] })],
      ["CHG-7 keeps blue"],
    ],
    ["several", [unfinished("CHG-8", 2, "a"), unfinished("CHG-7", 1, "b")], ["CHG-8", "CHG-7"]],
  ])("%s", (_, neighbours, expected) => {
    expect(occupants(on("a", "b"), neighbours, NOW)).toEqual(expected);
  });

  it("is no longer kept when its time is over", () => {
    const kept = neighbour({ keeps: ["a"] });
    expect(occupants(on("a"), [kept], NOW + 999)).toEqual(["CHG-7 keeps blue"]);
    expect(occupants(on("a"), [kept], NOW + 1_000)).toEqual([]);
  });

  it("need be looked for no further than until all targets are covered", () => {
    expect(coverAll(on("a", "b"), [])).toBe(false);
    // What came after that attempt of its id is not known to be beneath it.
    expect(coverAll(on("a"), [neighbour({ isLast: false })])).toBe(false);
    expect(coverAll(on("a", "b"), [changed("CHG-8", 2, "a"), unreadable("CHG-6")])).toBe(false);
    expect(coverAll(on("a", "b"), [changed("CHG-8", 2, "a"), unfinished("CHG-7", 1, "b", "c")])).toBe(true);
  });
});

describe("the targets that are in question", () => {
  it("are named as the start names them", () => {
    const change = aChange({ batches: [["a", "b", "c"]], change: { id: "CHG-9" } });
    const [occupant] = findOccupants(
      change,
      [changed("CHG-8", 2, "a"), unfinished("CHG-7", 1, "a", "b")],
      NOW,
    );
    expect(occupant?.shared).toEqual(["b"]);
    expect(findOccupants(change, [unreadable("CHG-7")], NOW)[0]?.shared).toEqual(["a", "b", "c"]);
  });
});

describe("what was carried out after", () => {
  it.each<[string, Neighbour, boolean]>([
    ["a later one", changed("CHG-8", 2, "a"), true],
    ["a later one that is part done", unfinished("CHG-8", 2, "a"), true],
    ["a later one elsewhere", changed("CHG-8", 2, "z"), false],
    ["one that began before", changed("CHG-8", 1, "a"), false],
    ["one that cannot be read", unreadable("CHG-8"), true],
    ["itself", changed("CHG-9", 2, "a"), false],
  ])("%s", (_, other, isLater) => {
    expect(listLater(on("a", "b"), [other], since(1))).toEqual(isLater ? [other] : []);
  });

  it.each([
    [7, 8, true],
    [8, 7, false],
  ])("is told by the lease's tokens, whatever the clocks say: %d, then %d", (own, others, isLater) => {
    const other = neighbour({ id: "CHG-8", since: since(isLater ? 0 : 9, others) });
    expect(listLater(on("a"), [other], since(5, own))).toEqual(isLater ? [other] : []);
  });
});

describe("a neighbour, by its journal", () => {
  const newestOf = (...args: Parameters<typeof neighboursOf>) => [...neighboursOf(...args)][0] ?? null;

  const started = (ms: number, version: string): ChangeEvent => ({
    kind: "attempt-started",
    at: at(ms),
    attempt: 1,
    change: "CHG-7",
    environment: "production",
    version,
    digest: "d",
    commit: null,
    holder: { actor: "octocat", where: "test" },
  });
  const opened = (ms: number): ChangeEvent => ({
    kind: "batch-opened",
    at: at(ms),
    batch: 0,
    targets: ["g1"],
  });
  const active: ChangeEvent = { kind: "active-observed", at: at(1), group: "blue", detail: "" };
  const finished = (ms: number, outcome: Outcome): ChangeEvent => ({
    kind: "finished",
    at: at(ms),
    outcome,
    reasonCode: "x",
    reason: "x",
  });
  const blueGreen = aChange({
    batches: [["g1"]],
    rollout: {
      blueGreen: {
        active: "cat live",
        groups: [
          { name: "blue", targets: ["b1"] },
          { name: "green", targets: ["g1"] },
        ],
        switch: aStep({ name: "Switch" }),
        keepMs: 3_600_000,
      },
    },
    change: {
      version: "2.0",
      targets: [
        { name: "b1", host: "B1.example.com.", zone: null },
        { name: "g1", host: "G1.example.com", zone: null },
      ],
    },
  });
  const whole = [started(0, "2.0"), active, opened(2), finished(5, "succeeded")];

  it("has hosts spelt the one way, and what it keeps until when", () => {
    expect(newestOf("CHG-7", whole, () => blueGreen)).toEqual({
      id: "CHG-7",
      kind: "changed",
      version: "2.0",
      since: since(NOW),
      hosts: new Set(["b1.example.com", "g1.example.com"]),
      kept: { group: "blue", hosts: new Set(["b1.example.com"]), untilMs: NOW + 5 + 3_600_000 },
      isLast: true,
      state: null,
    });
  });

  it("is what its standing attempt was about, whatever a later one was to do", () => {
    const events = [...whole, started(10, "3.0"), finished(11, "rejected")];
    const changes = new Map([
      [0, blueGreen],
      [4, on("z")],
    ]);
    const found = newestOf("CHG-7", events, (start) => changes.get(start)!);
    expect(found).toMatchObject({ version: "2.0", since: since(NOW), isLast: false });
    expect(found?.kept?.untilMs).toBe(NOW + 5 + 3_600_000);
    const again = newestOf("CHG-7", [...events, started(20, "4.0"), opened(21)], () => on("z"));
    expect(again).toMatchObject({ kind: "unfinished", since: since(NOW + 20), kept: null });
    expect(again?.state).toEqual({ outcome: "interrupted", isUntouched: true, running: [] });
  });

  it("that died names the steps which may run on", () => {
    const step: ChangeEvent = {
      kind: "step-started",
      at: at(3),
      scope: "each",
      step: 0,
      target: "g1",
      direction: "do",
      run: 1,
    };
    const died = newestOf("CHG-7", [started(0, "2.0"), active, opened(2), step], () => blueGreen);
    expect(died?.state).toEqual({ outcome: "interrupted", isUntouched: false, running: ["g1"] });
    const held = [started(0, "2.0"), active, opened(2), finished(4, "held")];
    expect(newestOf("CHG-7", held, () => blueGreen)?.state).toMatchObject({
      outcome: "held",
      running: [],
    });
  });

  it("is several where a later attempt has other targets, for the earlier one is still there", () => {
    const events = [...whole, started(10, "3.0"), opened(11), finished(12, "succeeded")];
    const changes = new Map([
      [0, blueGreen],
      [4, on("z")],
    ]);
    const found = [...neighboursOf("CHG-7", events, (start) => changes.get(start)!)];
    expect(found.map(({ since: { ms }, isLast, hosts }) => [ms - NOW, isLast, [...(hosts ?? [])]])).toEqual([
      [10, true, ["z"]],
      [0, false, ["b1.example.com", "g1.example.com"]],
    ]);
    expect(found[1]?.kept?.group).toBe("blue");
  });

  it("is none where it has left nothing", () => {
    expect(newestOf("CHG-7", [started(0, "2.0"), finished(1, "rejected")], () => blueGreen)).toBeNull();
  });
});
