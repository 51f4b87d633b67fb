import { describe, expect, it } from "vitest";
import { parsePlan } from "../../src/plan/parse.ts";

const SMALL = `change-plan: 1
change: { id: CHG-1, title: Checkout }
targets: { hosts: [{ name: "web-[01:10]" }], version: cat VERSION }
strategy: { rolling: { batches: [1, 50%], bake: 1m } }
apply:
  each:
    - { run: ./install, undo: ./remove }
`;

const found = (text: string) => parsePlan(text).issues.map(({ code, path }) => `${code} ${path}`);

describe("a plan with many faults", () => {
  it("shows all of them at once, in the order of the text", () => {
    const text = `change-plan: 1
change: { id: CHG 1, titel: Checkout, type: normal, type: normal }
targets: { hosts: [{ name: "web-[01:10]" }, { name: web-07 }] }
strategy: { rolling: { batches: [1, some], bake: 30 } }
apply:
  each:
    - { run: ./a }
    - { run: ./install, undo: ./install "$PREVIOUS_VERSION", retry: 2 }
health: { stable: 10m, checks: [{ name: a, run: ./a }, { name: a, run: ./b }] }
`;
    expect(found(text)).toEqual([
      "wrong-format change.id",
      "unknown-key change.titel",
      "duplicate-key change.type",
      "target-name-duplicate targets.hosts[1].name",
      "wrong-value strategy.rolling.batches[1]",
      "wrong-type strategy.rolling.bake",
      "step-without-undo apply.each[0]",
      "unknown-key apply.each[1].retry",
      "stable-past-deadline health.stable",
      "duplicate-check-name health.checks[1].name",
    ]);
  });

  it("gives the path, the line, the column and what to write", () => {
    expect(parsePlan(SMALL.replace("batches", "batchs")).issues).toEqual([
      {
        code: "unknown-key",
        severity: "error",
        path: "strategy.rolling.batchs",
        line: 4,
        column: 24,
        message: "`batchs` is not a key of `strategy.rolling`.",
        hint: "Write `batches`, or remove it.",
      },
    ]);
  });

  it("is bounded in what it says", () => {
    const steps = "    - { run: ./install }\n".repeat(1_000);
    expect(parsePlan(SMALL + steps).issues).toHaveLength(200);
    const keys = Array.from({ length: 9_000 }, (_, index) => `key${index}: 1\n`).join("");
    expect(parsePlan(SMALL + keys).issues).toHaveLength(100);
  });
});

describe("one mistake", () => {
  it("is not followed by the missing key that it was meant to be", () => {
    expect(found(SMALL.replace("title", "titel"))).toEqual(["unknown-key change.titel"]);
  });

  it("in the name of a section keeps silent about what needs that section", () => {
    const text = SMALL.replace("undo: ./remove", "irreversible: true");
    expect(found(`${text}backup: [{ name: db, run: ./dump, verify: ./check }]\n`)).toEqual([
      "unknown-key backup",
    ]);
  });

  it.each([
    ["tem: { quality: [octocat] }\npreflight: [{ name: Rehearsed, attest: quality }]", "tem"],
    [
      "helth: { checks: [{ name: alive, run: ./ask }] }\ntriggers: [{ name: outage, severity: critical, when: { check: alive } }]",
      "helth",
    ],
    [
      "backup: [{ name: db, run: ./dump }]\nhealth: { checks: [{ name: alive, run: ./ask }] }\ntriggers: [{ name: loss, severity: critical, when: { check: alive }, restore: [db] }]",
      "backup",
    ],
    [
      "approval: [{ environment: production }]\nchange: { id: CHG-1, title: Checkout, risk: high }\nbackups: [{ name: db, run: ./dump, keep: ./keep, fetch: ./fetch }]",
      "approval",
    ],
  ])("in the name of a section does not make what refers to it wrong: %s", (text, key) => {
    const head = text.includes("change:") ? SMALL.replace(/^change: .*\n/m, "") : SMALL;
    expect(found(`${head}${text}\n`)).toEqual([`unknown-key ${key}`]);
  });

  it("in an undo is not also a step without one", () => {
    expect(found(SMALL.replace("undo: ./remove", "undo: [./remove]"))).toEqual([
      "wrong-type apply.each[0].undo",
    ]);
  });

  it("in the version command is not also an unknown version", () => {
    const text = SMALL.replace("cat VERSION", "7").replace("./remove", './install "$PREVIOUS_VERSION"');
    expect(found(text)).toEqual(["wrong-type targets.version"]);
  });
});

describe("a text that is no plan", () => {
  it.each([
    ["", "plan-empty"],
    ["\n\n   \n", "plan-empty"],
    ["\uFEFF", "plan-empty"],
    ["---\n...\n", "plan-empty"],
    ["null", "plan-not-mapping"],
    ["42", "plan-not-mapping"],
    ["[]", "plan-not-mapping"],
    ["change-plan: 1\n\ud800", "invalid-text"],
    ["\u0000", "control-character"],
    [`# ${"x".repeat(256 * 1024)}`, "plan-too-large"],
    [`# ${"배".repeat(90_000)}`, "plan-too-large"],
    ["[".repeat(200_000), "nesting-too-deep"],
    ["{a: ".repeat(60_000), "nesting-too-deep"],
    ["- ".repeat(120_000), "nesting-too-deep"],
    ["? ".repeat(120_000), "nesting-too-deep"],
    [Array.from({ length: 40 }, (_, depth) => `${"  ".repeat(depth)}a:`).join("\n"), "nesting-too-deep"],
    ["- x\n".repeat(60_000), "too-many-nodes"],
    [`a: [${"x,".repeat(20_000)}]`, "too-many-nodes"],
    [`a: [${"{},".repeat(20_000)}]`, "too-many-nodes"],
    ["}\n".repeat(100_000), "too-many-nodes"],
    [`a: &a [x]\nb: [${"*a, ".repeat(101)}]`, "too-many-aliases"],
  ])("number %# is refused with its own code", (text, code) => {
    const result = parsePlan(text);
    expect({ ok: result.ok, codes: result.issues.map((issue) => issue.code) }).toEqual({
      ok: false,
      codes: [code],
    });
  });

  it("may be as large as the limit", () => {
    const text = `${SMALL}#`;
    expect(parsePlan(text + "x".repeat(256 * 1024 - text.length)).ok).toBe(true);
    expect(parsePlan(text + "x".repeat(256 * 1024 - text.length + 1)).ok).toBe(false);
  });
});

describe("a valid plan", () => {
  it("has its defaults filled in and its durations in milliseconds", () => {
    const result = parsePlan(SMALL);
    expect(result.ok && result.plan).toMatchObject({
      change: { type: "normal", risk: "medium" },
      strategy: { rolling: { batches: [{ count: 1 }, { percent: 50 }], "max-failures": 0, bake: 60_000 } },
      apply: { before: [], each: [{ timeout: 600_000, retries: 0 }], after: [] },
      health: { every: 5_000, pass: 3, stable: 30_000, deadline: 300_000, checks: [] },
      rollback: { parallel: { percent: 33 }, budgets: { decide: 300_000, review: 86_400_000 } },
    });
  });

  it("is the same plan however it is written", () => {
    const spelledOut = `${SMALL}rollback: { parallel: 33% } # as always\nhealth: { checks: [] }\n`;
    expect(parsePlan(spelledOut)).toEqual(parsePlan(SMALL));
  });

  it("reads every unit of time", () => {
    const bakes = ["0s", "250ms", "30s", "10m", "2h", "1d"].map((bake) => {
      const result = parsePlan(SMALL.replace("1m", bake));
      return result.ok && result.plan.strategy.rolling?.bake;
    });
    expect(bakes).toEqual([0, 250, 30_000, 600_000, 7_200_000, 86_400_000]);
  });
});

describe("a time of the schedule", () => {
  const refused = (window: string) => found(`${SMALL}schedule: { windows: [{ ${window} }] }\n`);

  it.each([
    'days: [sat], from: "20:00", to: "20:00:00"',
    "from: 2026-11-27T18:00, to: 2026-11-27T18:00:00",
    "from: 2026-11-27T18:00:00, to: 2026-11-27T18:00",
  ])("is the same with and without its seconds: {%s} has no length", (window) => {
    expect(refused(window)).toEqual(["window-empty schedule.windows[0].to"]);
  });

  it("may end some seconds after it begins", () => {
    expect(refused("from: 2026-11-27T18:00, to: 2026-11-28T18:00:01")).toEqual([]);
  });
});
