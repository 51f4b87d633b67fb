import { CST, Lexer } from "yaml";
import { directive, severalDocuments, tag, tooDeep, tooManyNodes, unclosed } from "./faults.ts";
import { NESTING_MAX, TOKENS_MAX } from "./limits.ts";
import type { TextFault } from "./text-fault.ts";

/** Tokens that the lexer invents: they take no room in the text. */
const WIDTHLESS = new Set<CST.TokenType | null>(["doc-mode", "flow-error-end", "scalar"]);
const BLANK = new Set<CST.TokenType | null>(["space", "newline", "comment", "doc-mode", "flow-error-end"]);

/**
 * Looks at the tokens alone, before anything is composed: the composer recurses, and a text that
 * nests deeply can end the whole process there, beyond the reach of any `catch`.
 */
export function findScanFault(text: string): TextFault | null {
  const scan = new Scan();
  for (const token of new Lexer().lex(text)) {
    const fault = scan.take(token);
    if (fault !== null) return fault;
  }
  return scan.finish();
}

type Bracket = Readonly<{ end: CST.TokenType; offset: number }>;

class Scan {
  #offset = 0;
  #lineStart = 0;
  #tokens = 0;
  #documents = 0;
  /** The brackets that are open. */
  readonly #brackets: Bracket[] = [];
  /** Columns at which the open block collections begin. */
  readonly #blocks: number[] = [];
  /** Column of what may turn out to be a key. */
  #keyColumn: number | null = null;
  /** The next token is the text of a scalar, whatever it looks like. */
  #inScalar = false;

  take(source: string): TextFault | null {
    const type = this.#inScalar ? null : (CST.tokenType(source) ?? null);
    const isText = this.#inScalar;
    this.#inScalar = type === "scalar" || type === "block-scalar-header";
    const fault = isText ? null : (this.#examine(type) ?? findUnclosedQuote(source, type, this.#offset));
    if (!WIDTHLESS.has(type)) this.#advance(source);
    return fault;
  }

  finish(): TextFault | null {
    const open = this.#brackets.at(-1);
    return open === undefined ? null : unclosed("bracket", open.offset);
  }

  #examine(type: CST.TokenType | null): TextFault | null {
    if (type === "newline") this.#keyColumn = null;
    if (type === "flow-error-end") return this.finish();
    if (BLANK.has(type)) return null;
    this.#tokens += 1;
    if (this.#tokens > TOKENS_MAX) return tooManyNodes(this.#offset);
    return this.#refuse(type) ?? this.#nest(type);
  }

  #refuse(type: CST.TokenType | null): TextFault | null {
    if (type === "tag") return tag(this.#offset);
    if (type === "directive-line") return directive(this.#offset);
    if (type !== "doc-start") return null;
    this.#documents += 1;
    return this.#documents > 1 ? severalDocuments(this.#offset) : null;
  }

  #nest(type: CST.TokenType | null): TextFault | null {
    const column = this.#offset - this.#lineStart;
    if (type === "flow-map-start") this.#brackets.push({ end: "flow-map-end", offset: this.#offset });
    if (type === "flow-seq-start") this.#brackets.push({ end: "flow-seq-end", offset: this.#offset });
    if (type === "flow-map-end" || type === "flow-seq-end") {
      if (this.#brackets.at(-1)?.end !== type) return this.finish();
      this.#brackets.pop();
    }
    if (this.#brackets.length === 0) this.#openBlock(type, column);
    return this.#blocks.length + this.#brackets.length > NESTING_MAX ? tooDeep(this.#offset) : null;
  }

  #openBlock(type: CST.TokenType | null, column: number): void {
    if (type === "seq-item-ind" || type === "explicit-key-ind") {
      this.#openAt(column);
      this.#keyColumn = null;
    } else if (type === "map-value-ind") {
      this.#openAt(this.#keyColumn ?? column);
      this.#keyColumn = null;
    } else {
      this.#keyColumn ??= column;
    }
  }

  #openAt(column: number): void {
    while ((this.#blocks.at(-1) ?? -1) > column) this.#blocks.pop();
    if (this.#blocks.at(-1) !== column) this.#blocks.push(column);
  }

  #advance(source: string): void {
    this.#offset += source.length;
    const newline = source.lastIndexOf("\n");
    if (newline >= 0) this.#lineStart = this.#offset - (source.length - newline - 1);
  }
}

/** The parser would complain at the end of the file, far from the quote. */
function findUnclosedQuote(source: string, type: CST.TokenType | null, offset: number): TextFault | null {
  const isDouble = type === "double-quoted-scalar" && !closesDouble(source);
  const isSingle = type === "single-quoted-scalar" && source.split("'").length % 2 === 0;
  return isDouble || isSingle ? unclosed("quote", offset) : null;
}

function closesDouble(source: string): boolean {
  let backslashes = 0;
  while (source[source.length - 2 - backslashes] === "\\") backslashes += 1;
  return source.length > 1 && source.endsWith('"') && backslashes % 2 === 0;
}
