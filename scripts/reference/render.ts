import { PlanDocument } from "../../src/plan/schema/plan.ts";
import { keysIn } from "./keys.ts";
import { renderHead, renderKeys, renderValues, SHARED } from "./tables.ts";

/** A line of the template that stands for what the schema says: `<!-- keys: schedule -->`, `<!-- values -->`. */
const MARKER = /^<!-- (head|keys|values)(?:: ([\w-]+))? -->$/gm;

/** The page for people: the template's words around the schema's keys. Throws for a section that it lacks. */
export function renderReference(template: string): string {
  const missing = keysIn(PlanDocument).filter(({ name }) => !template.includes(`<!-- keys: ${name} -->`));
  // A top-level key with a plain value has nothing below it.
  const untold = missing.filter(({ schema }) => renderKeys(schema).includes("\n| `"));
  if (untold.length > 0)
    throw new Error(`The template has no keys of ${untold.map(({ name }) => name).join(", ")}.`);
  return template.replaceAll(MARKER, (_, what: string, name: string | undefined) => {
    if (what === "values") return renderValues();
    const schema = findSection(name ?? "");
    return what === "head" ? renderHead(schema) : renderKeys(schema);
  });
}

function findSection(name: string) {
  const shared = SHARED.get(name);
  if (shared !== undefined) return shared;
  const key = keysIn(PlanDocument).find((other) => other.name === name);
  if (key === undefined) throw new Error(`The schema has no section ${name}, which the template names.`);
  return key.schema;
}
