import { type HostRows, RowCollector, syntaxProblem } from "./hosts-rows.ts";

const HINT = 'Write a list of objects of text: [{ "name": "web-01", "host": "10.0.0.11", "zone": "a" }].';

/**
 * Reads a JSON list of flat objects itself, because `JSON.parse` keeps no lines and takes a key that
 * stands twice without a word. Stops at the first mistake in the syntax.
 */
export function readHostsJson(text: string): HostRows {
  const rows = new RowCollector();
  const scanner = new Scanner(text);
  try {
    readList(scanner, rows);
  } catch (fault) {
    if (!(fault instanceof Unexpected)) throw fault;
    rows.addProblem(fault.line, syntaxProblem(fault.message, HINT));
  }
  return rows;
}

function readList(scanner: Scanner, rows: RowCollector): void {
  scanner.expect("[");
  if (!scanner.skip("]")) {
    do {
      const line = scanner.lineOfNext();
      rows.addEntry(readEntry(scanner), line);
      if (rows.full) return;
    } while (scanner.skip(","));
    scanner.expect("]");
  }
  scanner.expectEnd();
}

function readEntry(scanner: Scanner): [string, string][] {
  const fields: [string, string][] = [];
  scanner.expect("{");
  if (scanner.skip("}")) return fields;
  do {
    const key = scanner.readText("a key in quotes");
    scanner.expect(":");
    // No zone is written as null by some programs.
    fields.push([key, scanner.skip("null") ? "" : scanner.readText("text in quotes")]);
  } while (fields.length < FIELDS_MAX && scanner.skip(","));
  scanner.expect("}");
  return fields;
}

const FIELDS_MAX = 10;
const SPACES: ReadonlySet<string> = new Set([" ", "\t", "\r", "\n"]);
const TEXT = /"(?:[^"\\\n]|\\.){0,1000}"/y;

class Unexpected extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

class Scanner {
  readonly #text: string;
  #position = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  lineOfNext(): number {
    this.#skipSpace();
    return this.#line;
  }

  skip(token: string): boolean {
    this.#skipSpace();
    if (!this.#text.startsWith(token, this.#position)) return false;
    this.#position += token.length;
    return true;
  }

  expect(token: string): void {
    if (!this.skip(token)) throw this.#unexpected(`\`${token}\``);
  }

  expectEnd(): void {
    this.#skipSpace();
    if (this.#position < this.#text.length) throw this.#unexpected("the end of the file");
  }

  readText(wanted: string): string {
    this.#skipSpace();
    TEXT.lastIndex = this.#position;
    const literal = TEXT.exec(this.#text)?.[0];
    const value = literal === undefined ? null : parseLiteral(literal);
    if (literal === undefined || value === null) throw this.#unexpected(wanted);
    this.#position += literal.length;
    return value;
  }

  #skipSpace(): void {
    for (; SPACES.has(this.#text.charAt(this.#position)); this.#position += 1) {
      if (this.#text.charAt(this.#position) === "\n") this.#line += 1;
    }
  }

  #unexpected(wanted: string): Unexpected {
    const found = this.#text.slice(this.#position, this.#position + 20).split("\n", 1)[0] ?? "";
    const where = found === "" ? "the end of the line" : JSON.stringify(found);
    return new Unexpected(`Expected ${wanted} and found ${where}.`, this.#line);
  }
}

function parseLiteral(literal: string): string | null {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return null;
  }
}
