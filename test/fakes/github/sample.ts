import { description, type Schema } from "./description.ts";

const DEPTH_MAX = 12;

/**
 * The smallest value that GitHub's description takes for an answer of this kind, with some of its fields
 * replaced: what a handler has nothing to say about is still there, and of the right type.
 */
export function sampleOf(name: string, fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const value = sample({ $ref: `#/components/schemas/${name}` }, 0);
  return { ...(value as Record<string, unknown>), ...fields };
}

function sample(schema: Schema, depth: number): unknown {
  const reference = schema.$ref;
  if (typeof reference === "string") return sample(resolve(reference), depth);
  if (schema.nullable === true || depth > DEPTH_MAX) return null;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (Array.isArray(schema.allOf)) {
    return Object.assign({}, ...(schema.allOf as Schema[]).map((part) => sample(part, depth)));
  }
  const [first] = (schema.oneOf ?? schema.anyOf ?? []) as Schema[];
  if (first !== undefined) return sample(first, depth);
  return sampleOfType(schema, depth);
}

function sampleOfType(schema: Schema, depth: number): unknown {
  switch (schema.type) {
    case "string":
      return schema.format === "date-time" ? "2026-11-01T00:00:00Z" : "text";
    case "integer":
    case "number":
      return 1;
    case "boolean":
      return false;
    case "array":
      return [];
    default: {
      const properties = (schema.properties ?? {}) as Readonly<Record<string, Schema>>;
      const required = (schema.required ?? []) as readonly string[];
      return Object.fromEntries(required.map((key) => [key, sample(properties[key] ?? {}, depth + 1)]));
    }
  }
}

function resolve(reference: string): Schema {
  const name = reference.split("/").at(-1) ?? "";
  return (description.components.schemas?.[name] ?? {}) as Schema;
}
