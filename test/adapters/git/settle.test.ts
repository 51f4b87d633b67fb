import { describe, expect, it } from "vitest";
import { type Attempt, type RefUpdate, settleUpdate, unreachable } from "../../../src/adapters/git/settle.ts";
import { expectCode, QUICK } from "./setup.ts";

const UPDATES: RefUpdate[] = [
  { ref: "refs/a", from: "a1", to: "a2" },
  { ref: "refs/b", from: null, to: "b1" },
];

type Turn = (values: Map<string, string>, updates: readonly RefUpdate[]) => Attempt["kind"];

/** A server whose every answer is scripted; the last turn repeats. */
function makeStore(turns: Turn[]) {
  const values = new Map([["refs/a", "a1"]]);
  const asked: string[][] = [];
  const store = {
    name: "the store",
    attempt: async (updates: readonly RefUpdate[]): Promise<Attempt> => {
      asked.push(updates.map(({ ref }) => ref));
      const turn = (turns.length > 1 ? turns.shift() : turns[0]) as Turn;
      return { kind: turn(values, updates), words: "words of the server" };
    },
    read: async () => new Map(values),
  };
  return { store, values, asked };
}

const apply: Turn = (values, updates) => {
  for (const { ref, to } of updates) values.set(ref, to);
  return "accepted";
};
const applyAndVanish: Turn = (values, updates) => {
  apply(values, updates);
  return "unreachable";
};
const answer = (kind: Attempt["kind"]) => () => kind;

describe("an update of references", () => {
  it("that was accepted is accepted, also when the answer was lost", async () => {
    for (const turn of [apply, applyAndVanish]) {
      const { store, asked } = makeStore([turn]);
      expect(await settleUpdate(store, UPDATES, QUICK)).toEqual({ kind: "accepted" });
      expect(asked).toHaveLength(1);
    }
  });

  it("is tried again through lost connections and locks", async () => {
    const { store, asked } = makeStore([answer("unreachable"), answer("busy"), answer("unreachable"), apply]);
    expect(await settleUpdate(store, UPDATES, QUICK)).toEqual({ kind: "accepted" });
    expect(asked).toHaveLength(4);
  });

  it("that was made by half is completed, not repeated", async () => {
    const half: Turn = (values) => {
      values.set("refs/a", "a2");
      return "unreachable";
    };
    const { store, asked } = makeStore([half, apply]);
    expect(await settleUpdate(store, UPDATES, QUICK)).toEqual({ kind: "accepted" });
    expect(asked).toEqual([["refs/a", "refs/b"], ["refs/b"]]);
  });

  it("that lost the race is contested, with what is there now", async () => {
    for (const kind of ["stale", "busy", "refused"] as const) {
      const lose: Turn = (values) => {
        values.set("refs/a", "of-another");
        return kind;
      };
      const { store } = makeStore([lose]);
      expect(await settleUpdate(store, UPDATES, QUICK)).toEqual({
        kind: "contested",
        values: new Map([["refs/a", "of-another"]]),
      });
    }
  });

  it("is not given up for what a lagging copy shows: only the writing side tells that a race is lost", async () => {
    const lag: Turn = (values) => {
      values.set("refs/a", "a0");
      return "unreachable";
    };
    const { store } = makeStore([lag, apply]);
    expect(await settleUpdate(store, UPDATES, QUICK)).toEqual({ kind: "accepted" });
  });

  it.each([
    ["refused", "JOURNAL_REFUSED"],
    ["busy", "JOURNAL_REFUSED"],
    ["stale", "JOURNAL_REFUSED"],
    ["unreachable", "JOURNAL_UNREACHABLE"],
  ] as const)("that stays %s ends as %s, in the server's words", async (kind, code) => {
    const { store } = makeStore([answer(kind)]);
    const error = await expectCode(settleUpdate(store, UPDATES, { ...QUICK, totalMs: 100 }), code);
    expect(error.message).toContain("words of the server");
  });

  it("that nobody could look after may have been made, whatever the server said", async () => {
    const { store } = makeStore([answer("busy")]);
    const read = async () => {
      throw unreachable("the store", "nothing");
    };
    await expectCode(
      settleUpdate({ ...store, read }, UPDATES, { ...QUICK, totalMs: 50 }),
      "JOURNAL_UNREACHABLE",
    );
  });

  it("goes on while even looking fails", async () => {
    const { store, values } = makeStore([applyAndVanish, answer("unreachable"), answer("unreachable")]);
    let looks = 0;
    const blind = {
      ...store,
      read: async () => {
        if (++looks < 3) throw unreachable("the store", "nothing");
        return new Map(values);
      },
    };
    expect(await settleUpdate(blind, UPDATES, QUICK)).toEqual({ kind: "accepted" });
    expect(looks).toBe(3);
  });
});
