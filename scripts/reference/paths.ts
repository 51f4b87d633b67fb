import * as z from "zod";
import { type Key, keysIn, unwrap } from "./keys.ts";

/** A key with its place: `["health", "checks", "[]", "name"]`. `[]` is an item of a list, `<name>` the author's own word. */
export type PlacedKey = Readonly<{ path: readonly string[]; key: Key }>;

/** Every key below a schema, parents before children. */
export function listKeys(schema: z.core.$ZodType, path: readonly string[] = []): PlacedKey[] {
  if (schema instanceof z.ZodArray) return listKeys(unwrap(schema.element), [...path, "[]"]);
  if (schema instanceof z.ZodRecord) return listKeys(unwrap(schema.valueType), [...path, "<name>"]);
  return keysIn(schema).flatMap((key) => {
    const place = [...path, key.name];
    return [{ path: place, key }, ...listKeys(key.schema, place)];
  });
}

/** `health.checks[].name`. */
export function printKeyPath(path: readonly string[]): string {
  return path.reduce(
    (text, segment) => (segment === "[]" ? `${text}[]` : `${text}${text && "."}${segment}`),
    "",
  );
}
