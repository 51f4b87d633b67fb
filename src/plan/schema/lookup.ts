import * as z from "zod";
import type { PlanPath } from "../path.ts";

/** The part of a schema that a path leads to, without its `optional` and `prefault` wrappings; or null. */
export function schemaAt(root: z.core.$ZodType, path: PlanPath): z.core.$ZodType | null {
  let schema: z.core.$ZodType | null = unwrap(root);
  for (const segment of path) {
    schema = schema === null ? null : childOf(schema, segment);
  }
  return schema;
}

/** The keys that a mapping may have, in the order of the schema. */
export function keysOf(schema: z.core.$ZodType | null): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** The wrapped child, which is where the description of a key stands. */
export function fieldOf(schema: z.core.$ZodType | null, key: string): z.core.$ZodType | null {
  if (!(schema instanceof z.ZodObject) || !Object.hasOwn(schema.shape, key)) return null;
  return schema.shape[key] ?? null;
}

function childOf(schema: z.core.$ZodType, segment: string | number): z.core.$ZodType | null {
  if (schema instanceof z.ZodArray) return unwrap(schema.element);
  if (schema instanceof z.ZodRecord) return unwrap(schema.valueType);
  const field = fieldOf(schema, String(segment));
  return field === null ? null : unwrap(field);
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodPrefault) inner = inner.unwrap();
  return inner;
}
