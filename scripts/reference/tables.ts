import * as z from "zod";
import { Action, Step } from "../../src/plan/schema/apply.ts";
import { probes } from "../../src/plan/schema/probe.ts";
import { choicesOf, descriptionOf, isSame, type Key, keysIn, unwrap } from "./keys.ts";
import { printKeyPath } from "./paths.ts";
import { describeValue, listValues } from "./values.ts";

/** Mappings that stand in several places: told once, under a heading of this name. */
export const SHARED: ReadonlyMap<string, z.core.$ZodType> = new Map<string, z.core.$ZodType>([
  ["Step", Step],
  ["Action", Action],
  ["http", unwrap(probes.http)],
  ["tcp", unwrap(probes.tcp)],
  ["prometheus", unwrap(probes.prometheus)],
]);

type Row = readonly [key: string, holds: string, fallback: string, meaning: string];

type Section = Readonly<{
  /** The mappings whose keys have been told, and where. */
  told: Map<z.core.$ZodType, string>;
}>;

/** What a section is, and its rule of choice. */
export function renderHead(schema: z.core.$ZodType): string {
  const description = descriptionOf(schema);
  const choices = description.includes("exactly one") ? "" : renderChoices(schema);
  return [description, choices].filter((text) => text !== "").join(" ");
}

/** Every key of a section. */
export function renderKeys(schema: z.core.$ZodType): string {
  const rows = renderRows(schema, [], { told: new Map() });
  return renderTable(["key", "holds", "default", "meaning"], rows);
}

export function renderValues(): string {
  const rows = listValues().map(([name, write]) => [
    name,
    `${write.charAt(0).toUpperCase()}${write.slice(1)}.`,
  ]);
  return renderTable(["word", "what to write"], rows);
}

function renderRows(schema: z.core.$ZodType, path: readonly string[], section: Section): Row[] {
  if (schema instanceof z.ZodArray) return renderRows(unwrap(schema.element), [...path, "[]"], section);
  if (schema instanceof z.ZodRecord)
    return renderRows(unwrap(schema.valueType), [...path, "<name>"], section);
  if (path.length > 0 && linkOf(schema, section) !== null) return [];
  section.told.set(schema, printKeyPath(path));
  return keysIn(schema).flatMap((key) => {
    const place = [...path, key.name];
    return [renderRow(key, place, section), ...renderRows(key.schema, place, section)];
  });
}

function renderRow(key: Key, path: readonly string[], section: Section): Row {
  const holds = describeValue(key.schema, (schema) => linkOf(schema, section));
  const meaning = [key.description, renderChoices(key.schema), renderExamples(key)];
  return [
    `\`${printKeyPath(path)}\``,
    holds,
    renderFallback(key),
    meaning.filter((part) => part !== "").join(" "),
  ];
}

/** The rule that a mapping, or each of a list or of several named ones, has exactly one of some keys. */
function renderChoices(schema: z.core.$ZodType): string {
  if (linkOfShared(schema) !== null) return "";
  const held = schema instanceof z.ZodArray ? unwrap(schema.element) : schema;
  const inner = held instanceof z.ZodRecord ? unwrap(held.valueType) : held;
  const choices = choicesOf(inner).map((name) => `\`${name}\``);
  if (choices.length === 0) return "";
  const subject = inner === schema ? "It has" : "Each has";
  return `${subject} exactly one of ${choices.slice(0, -1).join(", ")} and ${choices.at(-1)}.`;
}

function linkOf(schema: z.core.$ZodType, { told }: Section): string | null {
  const place = told.get(schema);
  return linkOfShared(schema) ?? (place === undefined ? null : `as \`${place}\``);
}

function linkOfShared(schema: z.core.$ZodType): string | null {
  const shared = [...SHARED].find(([, mapping]) => isSame(schema, mapping))?.[0];
  return shared === undefined ? null : `[${shared}](#${shared.toLowerCase()})`;
}

function renderFallback({ required, fallback }: Key): string {
  if (required) return "**required**";
  const isSelf = typeof fallback === "object" && fallback !== null && Object.keys(fallback).length === 0;
  if (fallback === undefined || isSelf) return "";
  return `\`${writeYaml(fallback)}\``;
}

function renderExamples({ examples }: Key): string {
  if (examples.length === 0) return "";
  return `Such as ${examples.map((example) => `\`${writeYaml(example)}\``).join(" or ")}.`;
}

/** In one line, with braces and brackets; a text that YAML would read as something else is in quotes. */
function writeYaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeYaml).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const pairs = Object.entries(value).map(([key, held]) => `${key}: ${writeYaml(held)}`);
    return `{ ${pairs.join(", ")} }`;
  }
  if (typeof value !== "string") return String(value);
  if (!/^[@#{["'&*!|>%]|^[\d.:]+$|: | #|[[\]{},]/.test(value)) return value;
  return value.includes('"') ? `'${value}'` : `"${value}"`;
}

function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
