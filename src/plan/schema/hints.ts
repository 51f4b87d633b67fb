import * as z from "zod";

/** What to write, as the end of the sentence "Write …". Kept out of the JSON schema. */
const hints = z.registry<{ write: string }>();

export function withHint<S extends z.ZodType>(schema: S, write: string): S {
  hints.add(schema, { write });
  return schema;
}

export function hintOf(schema: z.core.$ZodType): string | undefined {
  return hints.get(schema as z.ZodType)?.write;
}
