import { eachLine, type HostRows, isFieldName, RowCollector, syntaxProblem } from "./hosts-rows.ts";

const LINE_CHARS_MAX = 2_000;
const HINT = "Begin with the line `name,host,zone`; commas separate, and every line has as many fields.";

/** Fields may be quoted; a quoted field ends on its line, because no name or address spans lines. */
export function readHostsCsv(text: string): HostRows {
  const rows = new RowCollector();
  let header: readonly string[] | null = null;
  let line = 0;
  for (const content of eachLine(text)) {
    line += 1;
    if (rows.full) break;
    if (content.trim() === "") continue;
    const fields = splitFields(content);
    if (fields === null)
      rows.addProblem(line, syntaxProblem("This line is not CSV: check its quotes.", HINT));
    else if (header !== null) addRow(rows, header, { fields, line });
    else {
      header = fields.map((field) => field.toLowerCase());
      if (!checkHeader(rows, header, line)) break;
    }
  }
  return rows;
}

function checkHeader(rows: RowCollector, header: readonly string[], line: number): boolean {
  const unknown = header.find((name) => !isFieldName(name));
  const doubled = header.find((name, index) => header.indexOf(name) !== index);
  if (unknown !== undefined) {
    rows.addProblem(line, syntaxProblem(`The header names ${JSON.stringify(unknown.slice(0, 60))}.`, HINT));
  } else if (doubled !== undefined) {
    rows.addProblem(line, syntaxProblem(`The header names \`${doubled}\` twice.`, HINT));
  }
  return unknown === undefined && doubled === undefined;
}

function addRow(
  rows: RowCollector,
  header: readonly string[],
  { fields, line }: Readonly<{ fields: readonly string[]; line: number }>,
): void {
  if (fields.length !== header.length) {
    const message = `This line has ${fields.length} fields, and the header has ${header.length}.`;
    rows.addProblem(line, syntaxProblem(message, HINT));
    return;
  }
  rows.addEntry(
    fields.map((value, index) => [header[index] ?? "", value] as const),
    line,
  );
}

/** null when a quote is left open or stands in the middle of a field. */
function splitFields(line: string): readonly string[] | null {
  if (line.length > LINE_CHARS_MAX) return null;
  const fields: string[] = [];
  for (let start = 0; start <= line.length; ) {
    const field = readField(line, start);
    if (field === null) return null;
    fields.push(field.value.trim());
    start = field.next;
  }
  return fields;
}

/** No name or address holds a quote, so a doubled one needs no reading. */
const QUOTED = /\s*"([^"]*)"\s*(?:,|$)/y;
const BARE = /([^",]*)(?:,|$)/y;

function readField(line: string, start: number): { value: string; next: number } | null {
  const pattern = /^\s*"/.test(line.slice(start)) ? QUOTED : BARE;
  pattern.lastIndex = start;
  const match = pattern.exec(line);
  if (match === null) return null;
  // A comma at the very end opens one more, empty field; the end of the line does not.
  const ended = !match[0].endsWith(",");
  return { value: match[1] ?? "", next: ended ? line.length + 1 : pattern.lastIndex };
}
