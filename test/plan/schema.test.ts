import { globSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { planSchema } from "../../scripts/schema.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import { readYaml } from "../../src/plan/yaml/read.ts";

const schema = planSchema();
const ajv = new Ajv({ allErrors: true });
const accepts = ajv.compile(schema);

/** Refused before there is anything for a schema to look at. */
const OF_THE_TEXT = [
  "byte-order-mark",
  "circular-alias",
  "control-character",
  "duplicate-key",
  "forbidden-key",
  "hidden-character",
  "key-not-text",
  "merge-key",
  "nesting-too-deep",
  "plan-empty",
  "several-documents",
  "tab-indentation",
  "too-many-aliases",
  "unclosed-bracket",
  "unclosed-quote",
  "unknown-alias",
  "yaml-directive",
  "yaml-syntax",
  "yaml-tag",
];

/** What one field or the shape of the plan shows: here the schema must refuse as well. */
const OF_THE_SHAPE = [
  "exactly-one",
  "groups-not-two",
  "missing-key",
  "out-of-range",
  "plan-not-mapping",
  "too-few",
  "too-long",
  "unknown-key",
  "wrong-format",
  "wrong-type",
  "wrong-value",
];

/** What only several fields together show, or the inside of a text: the schema has no way to say it. */
const OF_SEVERAL_FIELDS = [
  "approvers-none",
  "approvers-too-few",
  "backup-without-restore",
  "batches-past-window",
  "budget-too-small",
  "budgets-past-window",
  "check-without-limit",
  "credentials-twice",
  "date-impossible",
  "date-in-weekly-window",
  "duplicate-backup-name",
  "duplicate-check-name",
  "duplicate-step-name",
  "duplicate-trigger-name",
  "emergency-without-security",
  "groups-differ-in-size",
  "groups-missing",
  "groups-overlap",
  "groups-unused",
  "host-missing",
  "irreversible-without-backup",
  "limit-of-wrong-kind",
  "limits-exclude-all",
  "malformed-url",
  "max-failures-unreachable",
  "max-unavailable-none",
  "more-than-missing",
  "nothing-to-do",
  "on-without-run",
  "once-step-on-targets",
  "pass-past-deadline",
  "placeholder-of-no-target",
  "previous-version-in-once-step",
  "previous-version-unknown",
  "range-malformed",
  "range-mismatch",
  "range-padding",
  "range-reversed",
  "range-several",
  "role-empty",
  "rollback-past-window",
  "secret-in-url",
  "service-check-on-targets",
  "share-of-service-check",
  "ssh-settings-missing",
  "ssh-settings-unused",
  "stable-past-deadline",
  "standard-at-high-risk",
  "standard-irreversible",
  "standard-unrehearsed",
  "step-contradiction",
  "step-without-undo",
  "switch-without-undo",
  "target-host-duplicate",
  "target-host-invalid",
  "target-name-duplicate",
  "target-name-invalid",
  "target-zone-invalid",
  "targets-too-many",
  "time-without-days",
  "timeout-past-deadline",
  "trigger-key-unused",
  "trigger-measures-several",
  "unknown-backup",
  "unknown-check",
  "unknown-placeholder",
  "unknown-time-zone",
  "variable-not-set",
  "wait-without-limit",
  "window-empty",
  "window-frozen",
  "window-too-short",
  "window-vanishes",
  "worse-by-without-baseline",
];

const read = (file: string) => readFileSync(file, "utf8");
const invalid = globSync("test/fixtures/plans/invalid/*.yml").map((file) => {
  const text = read(file);
  return { file, text, code: parsePlan(text).issues[0]?.code ?? "none" };
});
const valid = [
  ...globSync("test/fixtures/plans/{valid,warned}/*.yml"),
  ...globSync("examples/**/*.yml").filter((file) => /^change-plan:/m.test(read(file))),
];
/** The schema's answer; null where the text holds no value to ask about. */
const answerTo = (text: string) => {
  const yaml = readYaml(text);
  return yaml.ok && yaml.issues.length === 0 ? accepts(yaml.value) : null;
};

describe("the JSON schema, asked by an independent validator", () => {
  it.each(valid)("accepts %s", (file) => {
    expect(answerTo(read(file)), JSON.stringify(accepts.errors)).toBe(true);
  });

  it.each(invalid)("judges $file as the parser does", ({ text, code }) => {
    const expected = OF_THE_TEXT.includes(code) ? null : !OF_THE_SHAPE.includes(code);
    expect(answerTo(text), code).toBe(expected);
  });

  it("differs from the parser only where it is known that it must", () => {
    const known = [...OF_THE_TEXT, ...OF_THE_SHAPE, ...OF_SEVERAL_FIELDS];
    expect(new Set(known).size).toBe(known.length);
    expect([...new Set(invalid.map(({ code }) => code))].sort()).toEqual(known.sort());
  });
});

type Node = { [key: string]: unknown };
type Property = Readonly<{ path: string; node: Node }>;

function listProperties(node: Node, path: string): Property[] {
  const below = Object.entries((node.properties ?? {}) as Record<string, Node>).flatMap(([key, property]) => [
    { path: `${path}.${key}`, node: property },
    ...listProperties(property, `${path}.${key}`),
  ]);
  const inner = [node.items, node.additionalProperties].filter(
    (value): value is Node => typeof value === "object" && value !== null,
  );
  return [...below, ...inner.flatMap((value) => listProperties(value, `${path}[]`))];
}

describe("the JSON schema, as an editor shows it", () => {
  const properties = listProperties(schema, "plan");

  it("has a name, and a title and a description for every key", () => {
    expect(schema).toMatchObject({
      $schema: "http://json-schema.org/draft-07/schema#",
      $id: "urn:change-deploy:change-plan:1",
      title: "Change plan",
    });
    expect(properties.length).toBeGreaterThan(150);
    const bare = properties.filter(({ node }) => !node.title || !node.description);
    expect(bare.map(({ path }) => path)).toEqual([]);
  });

  it("is strict: no mapping takes a key that it does not name", () => {
    const mappings = [{ path: "plan", node: schema }, ...properties].filter(({ node }) => node.properties);
    expect(mappings.length).toBeGreaterThan(25);
    const open = mappings.filter(({ node }) => node.additionalProperties !== false);
    expect(open.map(({ path }) => path)).toEqual([]);
  });

  it("gives only examples and defaults that it accepts itself", () => {
    const shown = properties.flatMap(({ path, node }) =>
      [...((node.examples ?? []) as unknown[]), ...("default" in node ? [node.default] : [])].map(
        (value) => ({
          path,
          value,
          accepted: ajv.validate(node, value),
        }),
      ),
    );
    expect(shown.length).toBeGreaterThan(80);
    expect(shown.filter(({ accepted }) => !accepted)).toEqual([]);
  });
});
