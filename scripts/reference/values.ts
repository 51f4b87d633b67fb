import * as z from "zod";
import { Amount, Growth, Percent } from "../../src/plan/schema/amount.ts";
import { Duration, DurationOrZero } from "../../src/plan/schema/duration.ts";
import { hintOf } from "../../src/plan/schema/hints.ts";
import { limits } from "../../src/plan/schema/probe.ts";
import {
  Command,
  EnvironmentName,
  EnvReference,
  FilePath,
  Handle,
  HttpUrl,
  Label,
  Prose,
  Slug,
} from "../../src/plan/schema/text.ts";
import { LocalDateTime, MomentOrTime } from "../../src/plan/schema/time.ts";
import { unwrap } from "./keys.ts";

/** The kinds of values that have a name of their own in the tables. */
const NAMED: readonly (readonly [name: string, schema: z.core.$ZodType])[] = [
  ["line", Label],
  ["text", Prose],
  ["id", Slug],
  ["command", Command],
  ["file", FilePath],
  ["duration", Duration],
  ["duration or `0s`", DurationOrZero],
  ["amount", Amount],
  ["percentage", Percent],
  ["growth", Growth],
  ["limit", unwrap(limits.below)],
  ["date and time", LocalDateTime],
  ["date and time, or time", MomentOrTime],
  ["address", HttpUrl],
  ["`env:` name", EnvReference],
  ["environment", EnvironmentName],
  ["person or team", Handle],
];
const NAMES = new Map(NAMED.map(([name, schema]) => [hintOf(schema), name]));

/** Name and how to write it, for the table of values. */
export function listValues(): (readonly [name: string, write: string])[] {
  return NAMED.map(([name, schema]) => [name, hintOf(schema) ?? ""]);
}

/** What a key holds, in a few words; `linkTo` names the section of a mapping that has one. */
export function describeValue(
  schema: z.core.$ZodType,
  linkTo: (schema: z.core.$ZodType) => string | null,
): string {
  const hint = hintOf(schema);
  const name = NAMES.get(hint);
  if (hint !== undefined && !(schema instanceof z.ZodLiteral)) return name ?? hint;
  if (schema instanceof z.ZodArray) return `list of: ${describeValue(unwrap(schema.element), linkTo)}`;
  if (schema instanceof z.ZodObject) return linkTo(schema) ?? "mapping";
  if (schema instanceof z.ZodRecord) {
    const held = describeValue(unwrap(schema.valueType), linkTo);
    return `mapping of names to: ${held}`;
  }
  return describeScalar(schema);
}

function describeScalar(schema: z.core.$ZodType): string {
  if (schema instanceof z.ZodEnum) return schema.options.map((option) => `\`${option}\``).join(" · ");
  if (schema instanceof z.ZodLiteral) return `\`${schema.value}\``;
  if (schema instanceof z.ZodBoolean) return "`true` · `false`";
  if (schema instanceof z.ZodNumber) return describeNumber(schema);
  if (schema instanceof z.ZodString) return describeString(schema);
  throw new Error(`The reference has no word for a ${schema._zod.def.type}.`);
}

function describeNumber({ minValue, maxValue }: z.ZodNumber): string {
  if (maxValue === null || maxValue > 1e9) return "number";
  return `whole number, ${minValue} to ${maxValue.toLocaleString("en-US")}`;
}

function describeString({ maxLength }: z.ZodString): string {
  return maxLength === null ? "text" : `text of up to ${maxLength.toLocaleString("en-US")} characters`;
}
