import { writeFileSync } from "node:fs";
import * as z from "zod";
import { PlanDocument } from "../src/plan/schema/plan.ts";

/** Names the schema without a host: editors find it by its path, from the first line of a plan. */
const SCHEMA_ID = "urn:change-deploy:change-plan:1";

type Json = { [key: string]: unknown };

/**
 * The plan language for editors: draft 7, because that is what they all understand. What only the rules
 * across fields can say is not in it.
 */
export function planSchema(): Json {
  const { $schema, title, description, ...rest } = z.toJSONSchema(PlanDocument, {
    target: "draft-7",
    io: "input",
  }) as Json;
  return { $schema, $id: SCHEMA_ID, title, description, ...addTitles(rest) };
}

/** The file that ships beside the bundles: `dist/change-plan.schema.json`. */
export function writeSchema(file: string): void {
  writeFileSync(file, `${JSON.stringify(planSchema(), null, 2)}\n`);
}

/** Editors show the title of a key above its description. */
function addTitles(schema: Json): Json {
  const entries = Object.entries(schema).map(([key, value]) => {
    if (key !== "properties") return [key, addBelow(value)];
    const titled = Object.entries(value as Record<string, Json>).map(([name, property]) => [
      name,
      { title: titleOf(name), ...addTitles(property) },
    ]);
    return [key, Object.fromEntries(titled)];
  });
  return Object.fromEntries(entries);
}

function addBelow(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(addBelow);
  return typeof value === "object" && value !== null ? addTitles(value as Json) : value;
}

/** `max-unavailable` as `Max unavailable`. */
function titleOf(key: string): string {
  const words = key.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

if (import.meta.main) writeSchema("dist/change-plan.schema.json");
