import * as z from "zod";
import { choicesOf, type Key, keysIn, unwrap } from "./keys.ts";

/** The smallest text that the schema's pattern accepts is found among these, where it gives no example. */
const TEXTS = ["x", "5m", "10%", "env:NAME", "https://example.com", "2027-01-01T00:00", "octocat"];

/** Plans that hold a key, for asking the code about it. Each meets the schema, though not every rule. */
export function plansWith(root: z.core.$ZodType, path: readonly string[]): unknown[] {
  return reach(root, path);
}

function reach(schema: z.core.$ZodType, path: readonly string[]): unknown[] {
  const [segment, ...rest] = path;
  if (segment === undefined) return valuesOf(schema);
  if (segment === "[]" && schema instanceof z.ZodArray) {
    return reach(unwrap(schema.element), rest).map((item) => [item]);
  }
  if (segment === "<name>" && schema instanceof z.ZodRecord) {
    return reach(unwrap(schema.valueType), rest).map((item) => ({ blue: item, green: item }));
  }
  const key = keysIn(schema).find(({ name }) => name === segment);
  if (key === undefined) throw new Error(`There is no key ${segment}.`);
  const values = rest.length === 0 ? valuesOfKey(key) : reach(key.schema, rest);
  return values.map((value) => sampleMapping(schema, { [key.name]: value }));
}

/** Where a choice of words is all there is, each of them may mean something else. */
function valuesOf(schema: z.core.$ZodType): unknown[] {
  if (schema instanceof z.ZodEnum) return [...schema.options];
  if (schema instanceof z.ZodBoolean) return [true];
  return [sample(schema)];
}

function valuesOfKey({ schema, examples }: Key): unknown[] {
  const isPlain = !(schema instanceof z.ZodObject) && !(schema instanceof z.ZodEnum);
  return isPlain && examples.length > 0 ? [examples[0]] : valuesOf(schema);
}

function sample(schema: z.core.$ZodType): unknown {
  if (schema instanceof z.ZodObject) return sampleMapping(schema, {});
  if (schema instanceof z.ZodArray) return [sample(unwrap(schema.element))];
  if (schema instanceof z.ZodRecord) {
    const item = sample(unwrap(schema.valueType));
    return { blue: item, green: item };
  }
  if (schema instanceof z.ZodEnum) return schema.options[0];
  if (schema instanceof z.ZodLiteral) return schema.value;
  if (schema instanceof z.ZodBoolean) return true;
  return [...TEXTS, 1, 200].find((value) => z.safeParse(schema, value).success);
}

/** What must be there, what is given, and one of a choice. */
function sampleMapping(schema: z.core.$ZodType, given: Readonly<Record<string, unknown>>): unknown {
  const choices = choicesOf(schema);
  const isChosen = Object.keys(given).some((name) => choices.includes(name));
  const chosen = isChosen ? [] : choices.slice(0, 1);
  const filled = keysIn(schema)
    .filter(({ name, required }) => !Object.hasOwn(given, name) && (required || chosen.includes(name)))
    .map((key) => [key.name, valuesOfKey(key)[0]]);
  return { ...Object.fromEntries(filled), ...given };
}
