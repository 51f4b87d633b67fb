import { isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument } from "yaml";
import { readHostsJson } from "./hosts-json.ts";
import { type HostRows, RowCollector, syntaxProblem } from "./hosts-rows.ts";
import { eachYamlItem, type YamlItem } from "./hosts-yaml-items.ts";
import { readUsualItem } from "./hosts-yaml-usual.ts";

const HINT =
  "Write every entry as `- { name: web-01, host: 10.0.0.11, zone: a }`, or with its keys below each other.";

/** How YAML spells the absence of a value. */
const NULLS: ReadonlySet<string> = new Set(["~", "null", "Null", "NULL"]);

type Field = readonly [key: string, value: string];

/**
 * Reads a YAML list entry by entry, because a whole document of 100,000 takes the parser seconds and
 * half a gigabyte; the usual spellings of an entry are read without it. Every value is text, so
 * `name: 007` is not a number. A list in brackets is read as JSON.
 */
export function readHostsYaml(text: string): HostRows {
  if (text.trimStart().startsWith("[")) return readHostsJson(text);
  const rows = new RowCollector();
  for (const item of eachYamlItem(text, rows)) {
    const fields = readUsualItem(item.text) ?? readAnyItem(item, rows);
    if (fields !== null) rows.addEntry(fields, item.line);
    if (rows.full) break;
  }
  return rows;
}

function readAnyItem(item: YamlItem, rows: RowCollector): readonly Field[] | null {
  const lines = new LineCounter();
  const document = parseDocument(item.text, { schema: "failsafe", lineCounter: lines, prettyErrors: false });
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault !== undefined) {
    rows.addProblem(
      item.line + lines.linePos(fault.pos[0]).line - 1,
      syntaxProblem(`${fault.message}.`, HINT),
    );
    return null;
  }
  const list = document.contents;
  const entry = isSeq(list) && list.items.length === 1 ? list.items[0] : null;
  const fields = isMap(entry) ? entry.items.map(readField) : [null];
  if (fields.every((field) => field !== null)) return fields;
  rows.addProblem(
    item.line,
    syntaxProblem("An entry is a map of text, without aliases or further nesting.", HINT),
  );
  return null;
}

function readField({ key, value }: Pair): Field | null {
  if (!isScalar(key) || typeof key.value !== "string") return null;
  if (value === null) return [key.value, ""];
  if (!isScalar(value) || typeof value.value !== "string") return null;
  const absent = value.type === "PLAIN" && NULLS.has(value.value);
  return [key.value, absent ? "" : value.value];
}
