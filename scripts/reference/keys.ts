import * as z from "zod";

/** One key of a mapping in the plan, as its author sees it. */
export type Key = Readonly<{
  name: string;
  /** What it holds, without what makes it optional. */
  schema: z.core.$ZodType;
  required: boolean;
  /** As a plan would write it; undefined where leaving the key out means something of its own. */
  fallback: unknown;
  description: string;
  examples: readonly unknown[];
}>;

type Meta = Readonly<{
  description?: string | undefined;
  examples?: readonly unknown[] | undefined;
  oneOf?: readonly { required: readonly string[] }[] | undefined;
}>;

/** The keys of a mapping, in the order of the schema; none for anything else. */
export function keysIn(schema: z.core.$ZodType): Key[] {
  if (!(schema instanceof z.ZodObject)) return [];
  const shape = schema.shape as Record<string, z.core.$ZodType>;
  return Object.entries(shape).map(([name, field]) => toKey(name, field));
}

/** The keys of which a mapping must have exactly one; none where it has no such rule. */
export function choicesOf(schema: z.core.$ZodType): string[] {
  return (metaOf(schema).oneOf ?? []).flatMap(({ required }) => required);
}

export function descriptionOf(schema: z.core.$ZodType): string {
  return firstIn(schema, ({ description }) => description) ?? "";
}

export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  return layersOf(schema).at(-1) ?? schema;
}

/** Describing a schema makes a copy of it; both stand for the same mapping. */
export function isSame(schema: z.core.$ZodType, other: z.core.$ZodType): boolean {
  for (let copy: z.core.$ZodType | undefined = schema; copy !== undefined; copy = copy._zod.parent) {
    if (copy === other) return true;
  }
  return false;
}

function toKey(name: string, field: z.core.$ZodType): Key {
  const layers = layersOf(field);
  const prefault = layers.find((layer) => layer instanceof z.ZodPrefault);
  return {
    name,
    schema: layers.at(-1) ?? field,
    required: !layers.some((layer) => layer instanceof z.ZodOptional || layer instanceof z.ZodPrefault),
    fallback: prefault?._zod.def.defaultValue,
    description: descriptionOf(field),
    examples: firstIn(field, ({ examples }) => examples) ?? [],
  };
}

/** From the outermost wrapping to what is wrapped. */
function layersOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  const layers = [schema];
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodPrefault) {
    inner = inner.unwrap();
    layers.push(inner);
  }
  return layers;
}

function metaOf(schema: z.core.$ZodType): Meta {
  return (z.globalRegistry.get(schema as z.ZodType) ?? {}) as Meta;
}

function firstIn<T>(schema: z.core.$ZodType, pick: (meta: Meta) => T | undefined): T | undefined {
  for (const layer of layersOf(schema)) {
    const found = pick(metaOf(layer));
    if (found !== undefined) return found;
  }
  return undefined;
}
