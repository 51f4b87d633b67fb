import type * as z from "zod";

/**
 * Demands exactly one of the keys, with one clear message where a union would report every branch.
 * `when` lets it speak although another key of the mapping is wrong too.
 */
export function exactlyOneOf<S extends z.ZodObject>(
  schema: S,
  keys: readonly (keyof S["shape"] & string)[],
): S {
  return schema
    .refine((value) => countOf(value, keys) === 1, {
      when: ({ value }) => typeof value === "object" && value !== null && !Array.isArray(value),
      params: { rule: "exactly-one-of", keys },
    })
    .meta({ oneOf: keys.map((key) => ({ required: [key] })) });
}

function countOf(value: object, keys: readonly string[]): number {
  return keys.filter((key) => (value as Record<string, unknown>)[key] !== undefined).length;
}
