import * as z from "zod";
import type { Finding } from "./finding.ts";
import { findNearest } from "./nearest.ts";
import { type PlanPath, printPath } from "./path.ts";
import { hintOf } from "./schema/hints.ts";
import { schemaAt } from "./schema/lookup.ts";
import { PlanDocument } from "./schema/plan.ts";

const SHOWN_CHARS_MAX = 40;

type Issue = z.core.$ZodIssue;

/** A value that is there and is not what the schema wants. */
export function describeWrongValue(issue: Issue, path: PlanPath): Finding {
  const schema = schemaAt(PlanDocument, path);
  const what = path.length === 0 ? "the plan" : `\`${printPath(path)}\``;
  return {
    code: codeOf(issue),
    path,
    point: issue.code === "invalid_key" ? "owner" : "value",
    message: `${capitalise(what)} ${reasonOf(issue)}.`,
    hint: hintFor(issue, schema),
  };
}

function codeOf(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return "wrong-type";
    case "invalid_union":
      return isCollection(issue.input) ? "wrong-type" : "wrong-value";
    case "invalid_format":
    case "invalid_key":
      return "wrong-format";
    case "too_small":
    case "too_big":
      return sizeCode(issue.origin, issue.code === "too_small");
    default:
      return "wrong-value";
  }
}

function sizeCode(origin: string, small: boolean): string {
  if (origin === "array") return small ? "too-few" : "too-many";
  if (origin === "string") return small ? "too-short" : "too-long";
  return "out-of-range";
}

function reasonOf(issue: Issue): string {
  if (issue.code === "invalid_key") return `cannot have such a name: ${show(issue.path.at(-1))}`;
  if (issue.code === "too_small" && issue.origin === "array")
    return `needs at least ${issue.minimum}, and has none`;
  if (issue.code === "too_big" && issue.origin === "array") return `has more than ${issue.maximum} entries`;
  if (issue.code === "too_big" && issue.origin === "string")
    return `is longer than ${issue.maximum} characters`;
  return `cannot be ${show(issue.input)}`;
}

function hintFor(issue: Issue, schema: z.core.$ZodType | null): string {
  if (issue.code === "invalid_value") return hintForChoice(issue);
  const write = writeFor(issue, schema);
  // YAML reads `1.10` as the number 1.1, so an author who meant text must be told about quotes.
  const quotes = issue.code === "invalid_type" && schema instanceof z.ZodString && isBareScalar(issue.input);
  return quotes ? `Write ${write}; put it in quotes if it is meant as text.` : `Write ${write}.`;
}

function hintForChoice(issue: z.core.$ZodIssueInvalidValue): string {
  const values = issue.values.map(String);
  const nearest = typeof issue.input === "string" ? findNearest(issue.input, values) : null;
  const isQuotedNumber = issue.values.some(
    (value) => typeof value === "number" && String(value) === issue.input,
  );
  if (isQuotedNumber) return `Write ${nearest}, without quotes.`;
  if (nearest !== null) return `Write \`${nearest}\`.`;
  return values.length === 1 ? `Write ${values[0]}.` : `Write one of ${values.join(", ")}.`;
}

function writeFor(issue: Issue, schema: z.core.$ZodType | null): string {
  const hint = schema === null ? undefined : hintOf(schema);
  if (hint !== undefined) return hint;
  if (schema instanceof z.ZodNumber) return rangeOf(schema);
  if (schema instanceof z.ZodBoolean) return "true or false";
  if (schema instanceof z.ZodArray) return "a list: lines that start with `- `, or entries in [brackets]";
  if (schema instanceof z.ZodObject) return entriesOf(schema, issue.input);
  if (schema instanceof z.ZodRecord) return "names with their entries below them";
  return issue.code === "invalid_type" ? `a ${issue.expected}` : "another value";
}

function entriesOf(schema: z.ZodObject, input: unknown): string {
  const entries = `its entries below it: ${Object.keys(schema.shape).join(", ")}`;
  return input === null && schema.safeParse({}).success ? `{} for the defaults, or ${entries}` : entries;
}

function rangeOf(schema: z.ZodNumber): string {
  const { minValue, maxValue } = schema;
  return `a whole number from ${minValue} to ${maxValue}`;
}

function isCollection(input: unknown): boolean {
  return typeof input === "object" && input !== null;
}

function isBareScalar(input: unknown): boolean {
  return typeof input === "number" || typeof input === "boolean";
}

/** The author's value, short and in one line. */
function show(input: unknown): string {
  if (input === null) return "empty";
  if (Array.isArray(input)) return "a list";
  if (typeof input === "object") return "a mapping";
  const text =
    typeof input === "string" ? JSON.stringify(input.slice(0, SHOWN_CHARS_MAX + 1)) : String(input);
  return `\`${text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text}\``;
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
