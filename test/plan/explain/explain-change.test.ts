import { describe, expect, it } from "vitest";
import { explainChange } from "../../../src/plan/explain/explain-change.ts";
import { load, PLAN, SCHEDULE } from "./plans.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const FRIDAY_NOON = Date.parse("2026-11-27T12:00+09:00");
const CLOSES = Date.parse("2026-11-29T12:00+09:00");

const explain = (text: string, nowMs = FRIDAY_NOON) => {
  const { plan, change } = load(text);
  return explainChange(plan, change, nowMs);
};
const phasesOf = (text: string) =>
  Object.fromEntries(
    explain(text).phases.map(({ name, expectedMs, worstMs }) => [name, [expectedMs, worstMs]]),
  );

describe("the time line of a change", () => {
  it("takes its worst case from timeouts, retries, deadlines, bakes and what runs side by side", () => {
    // A target: twice 5 min for its installation with 1 s between, and 1 min to look; then 4 min to settle.
    const steps = 11 * MINUTE + SECOND;
    const bake = 2 * MINUTE + 4 * MINUTE;
    const batch = steps + 4 * MINUTE + bake;
    expect(
      explain(PLAN).batches.map(({ number, targets, worstMs }) => [number, targets.length, worstMs]),
    ).toEqual([
      [1, 1, batch],
      [2, 3, batch],
      [3, 3, batch],
      [4, 3, batch],
    ]);
    expect(phasesOf(PLAN)).toMatchObject({
      survey: [12 * SECOND, 4 * 30 * SECOND],
      before: [MINUTE, 10 * MINUTE],
      after: [6 * SECOND, MINUTE],
    });
  });

  it("expects a tenth of the timeouts, health as soon as it may be, and whole bakes", () => {
    // 30 s and 6 s for the steps, 30 s until stable, 2 min of bake.
    const batch = 36 * SECOND + 30 * SECOND + 2 * MINUTE;
    expect(explain(PLAN).batches.map(({ startMs, expectedMs }) => [startMs, expectedMs])).toEqual(
      [0, 1, 2, 3].map((index) => [12 * SECOND + MINUTE + index * batch, batch]),
    );
    expect(explain(PLAN).expectedMs).toBe(12 * SECOND + MINUTE + 4 * batch + 6 * SECOND);
  });

  it("goes in waves where not all of a batch may be unavailable at once", () => {
    const tight = PLAN.replace("parallel: 3", "parallel: 3, max-unavailable: 2");
    const wave = 11 * MINUTE + SECOND + 4 * MINUTE;
    expect(explain(tight).batches[1]?.worstMs).toBe(2 * wave + 6 * MINUTE);
  });

  it("lets targets settle while others are changed where all of a batch may be unavailable", () => {
    const narrow = PLAN.replace("parallel: 3", "parallel: 1");
    expect(explain(narrow).batches[1]?.worstMs).toBe(3 * (11 * MINUTE + SECOND) + 4 * MINUTE + 6 * MINUTE);
  });

  it("reckons with the failures that the plan tolerates, which stay unavailable", () => {
    const tolerant = PLAN.replace("parallel: 3", "parallel: 3, max-unavailable: 3, max-failures: 2");
    const wave = 11 * MINUTE + SECOND + 4 * MINUTE;
    expect(explain(tolerant).batches[1]?.worstMs).toBe(3 * wave + 6 * MINUTE);
  });

  it("has no time for what the plan does not ask for", () => {
    const bare = PLAN.replace("  version: cat VERSION\n", "").replace(/ {2}after:\n.*\n/, "");
    expect(explain(bare).phases.map(({ name }) => name)).toEqual(["before", "batches"]);
  });

  it("counts the notice, the checks, the backups and the preparation with what undoes it", () => {
    const full = `${PLAN}
team:
  quality: [octocat]
  contacts:
    - { name: Pager, reach: "#ops", test: { tcp: { host: pager.example.com, port: 443 } } }
    - { name: Phone, reach: "+82 2 555 0100" }
notify: { before: 30m }
preflight:
  - { name: Disk, on: targets, run: ./disk, timeout: 10s }
  - { name: Rehearsed, attest: quality }
backups:
  - { name: db, run: ./dump, verify: ./list, keep: ./copy, fetch: ./fetch, restore: ./restore, timeout: 20m }
  - { name: files, run: ./tar, timeout: 10m }
prepare:
  - { name: Banner, run: ./banner on, finally: ./banner off, timeout: 1m }
verify:
  - { name: Log in, run: ./smoke }
triggers:
  - name: lost
    severity: critical
    when: { check: alive }
    restore: [db]
    respond: [{ name: Isolate, run: ./isolate, timeout: 30s }]
`;
    expect(phasesOf(full)).toMatchObject({
      notice: [30 * MINUTE, 30 * MINUTE],
      preflight: [4_500, 45 * SECOND],
      backup: [7 * MINUTE, 70 * MINUTE],
      prepare: [6 * SECOND, MINUTE],
      verify: [500, 5 * SECOND],
      resume: [6 * SECOND, MINUTE],
    });
    const besides = explain(full).rollback.worstMs - explain(PLAN).rollback.worstMs;
    // Fetching and restoring, the response, and giving the service back.
    expect(besides).toBe(2 * 20 * MINUTE + 30 * SECOND + MINUTE);
  });
});

describe("the rollback of a change", () => {
  it("undoes everything, newest first, within its own limits", () => {
    const { rollback, rollbackOrder } = explain(PLAN);
    // Three tries each: 3 min for the cache and 30 min for the schema, with 1 s and 2 s between them. Per
    // target 15 min and 3 s, and 4 min to verify; two at a time are five waves.
    const pauses = 3 * SECOND;
    const once = 3 * MINUTE + 30 * MINUTE + 2 * pauses;
    expect(rollback.worstMs).toBe(once + 5 * (15 * MINUTE + pauses + 4 * MINUTE));
    expect(rollbackOrder).toEqual([
      { scope: "after", name: "Cache" },
      { scope: "each", name: "Install" },
      { scope: "before", name: "Schema" },
    ]);
  });

  it("is part of the worst case", () => {
    const { phases, rollback, worstCaseMs } = explain(PLAN);
    expect(worstCaseMs).toBe(phases.reduce((sum, { worstMs }) => sum + worstMs, 0) + rollback.worstMs);
  });

  it("cannot undo what is irreversible, which is named", () => {
    const oneWay = PLAN.replace("undo: ./warm", "").replace("undo: ./cold", "irreversible: true");
    const text = `${oneWay}\nbackups: [{ name: db, run: ./dump, verify: ./list, keep: ./copy }]\n`;
    expect(explain(text).irreversible).toEqual([{ scope: "after", name: "Cache" }]);
    expect(explain(text).rollbackOrder[0]).toEqual({ scope: "each", name: "Install" });
  });
});

describe("the window of a change", () => {
  it("gives the latest start, and the point of no return for a full rollback", () => {
    const { window, latestStart, pointOfNoReturn, worstCaseMs, rollback } = explain(PLAN + SCHEDULE);
    expect(window).toEqual({
      timezone: "Asia/Seoul",
      opens: "2026-11-27T09:00:00.000Z",
      closes: "2026-11-29T03:00:00.000Z",
      fits: true,
    });
    expect(Date.parse(latestStart ?? "")).toBe(CLOSES - worstCaseMs);
    expect(Date.parse(pointOfNoReturn ?? "")).toBe(CLOSES - rollback.worstMs);
  });

  it("begins now where it is open already", () => {
    const later = FRIDAY_NOON + 12 * HOUR;
    expect(explain(PLAN + SCHEDULE, later).window?.opens).toBe(new Date(later).toISOString());
  });

  it("is the first one that is long enough", () => {
    const weekly = SCHEDULE.replace(
      "{ from: 2026-11-27T18:00, to: 2026-11-29T12:00 }",
      '{ days: [fri], from: "22:00", to: "01:00" }, { days: [sun], from: "10:00", to: "20:00" }',
    );
    expect(explain(PLAN + weekly).window).toMatchObject({ opens: "2026-11-29T01:00:00.000Z", fits: true });
  });

  it("is told even where the worst case does not fit, without a latest start", () => {
    // A rollback alone takes two hours and eight minutes.
    const left = (ms: number) => explain(PLAN + SCHEDULE, CLOSES - ms);
    expect(left(3 * HOUR)).toMatchObject({ window: { fits: false }, isOpen: true, latestStart: null });
    expect(left(3 * HOUR).pointOfNoReturn).toBe("2026-11-29T00:51:39.000Z");
    expect(left(HOUR)).toMatchObject({ window: { fits: false }, latestStart: null, pointOfNoReturn: null });
  });

  it("opens later than now where what is left of the open one is too short", () => {
    const twice = SCHEDULE.replace(
      "windows: [",
      "windows: [{ from: 2026-12-04T18:00, to: 2026-12-05T18:00 }, ",
    );
    expect(explain(PLAN + twice, CLOSES - HOUR)).toMatchObject({
      isOpen: true,
      window: { opens: "2026-12-04T09:00:00.000Z", fits: true },
    });
  });

  it("is closed before it opens, and says what a start then does", () => {
    expect(explain(PLAN + SCHEDULE)).toMatchObject({
      isOpen: false,
      freeze: null,
      outside: { kind: "refused" },
    });
    const waiting = SCHEDULE.replace("  windows", "  outside: wait\n  wait-limit: 2h\n  windows");
    expect(explain(PLAN + waiting).outside).toEqual({ kind: "waits", atMostMs: 2 * HOUR });
  });

  it("lets an emergency start outside of it", () => {
    const emergency = PLAN.replace("type: normal", "type: emergency");
    const approved = `${emergency}team: { security: ["@org/security"] }\napprovals: [{ environment: production, from: ["@org/security"] }]\n`;
    expect(explain(approved + SCHEDULE).outside).toEqual({ kind: "allowed" });
  });

  it("is beaten by a freeze, whose reason and end are told", () => {
    const frozen = SCHEDULE.replace(
      "  budgets",
      "  freezes: [{ from: 2026-11-27T00:00, to: 2026-11-28T00:00, reason: Sale }]\n  budgets",
    );
    expect(explain(PLAN + frozen, CLOSES - 30 * HOUR)).toMatchObject({ isOpen: true, freeze: null });
    expect(explain(PLAN + frozen)).toMatchObject({
      isOpen: false,
      freeze: { reason: "Sale", ends: "2026-11-27T15:00:00.000Z" },
      window: { opens: "2026-11-27T15:00:00.000Z" },
    });
  });

  it("is none once the last one is past", () => {
    const past = explain(PLAN + SCHEDULE, Date.parse("2026-12-24T00:00Z"));
    expect(past).toMatchObject({ window: null, latestStart: null, pointOfNoReturn: null });
  });

  it("never closes without a schedule", () => {
    const { window, latestStart } = explain(PLAN);
    expect(window).toEqual({ timezone: "UTC", opens: "2026-11-27T03:00:00.000Z", closes: null, fits: true });
    expect(latestStart).toBeNull();
  });

  it("has budgets, each against the worst case of its phases", () => {
    const { budgets, phases } = explain(PLAN + SCHEDULE);
    const apply = phases
      .filter(({ budget }) => budget === "apply")
      .reduce((sum, { worstMs }) => sum + worstMs, 0);
    expect(budgets).toEqual([
      { name: "apply", budgetMs: 30 * MINUTE, worstMs: apply },
      { name: "verify", budgetMs: HOUR, worstMs: 0 },
    ]);
  });
});

describe("the approvals of a change", () => {
  it("are listed with who may give them", () => {
    const text = `${PLAN}
approvals:
  - { environment: production, from: ["@org/cab"] }
  - { pull-request: true, count: 2, not: [] }
`;
    expect(explain(text).approvals).toEqual([
      {
        kind: "environment",
        environment: "production",
        count: 1,
        from: ["@org/cab"],
        not: ["initiator", "author"],
      },
      { kind: "pull-request", environment: null, count: 2, from: null, not: [] },
    ]);
  });
});

describe("a change of a hundred thousand targets", () => {
  it("is explained, one target per batch", () => {
    const many = PLAN.replace("web-[01:10]", "web-[1:100000]").replace("[1, 30%]", "[1]");
    const { batches, worstCaseMs } = explain(many);
    expect(batches).toHaveLength(100_000);
    expect(Number.isFinite(worstCaseMs)).toBe(true);
  });
});
