import type { Filled, Values } from "./fill-template.ts";

const PLACEHOLDER = /^\{(host|name|zone|version)\}/;
/** Outside of a string a value can only be part of a name. */
const NAME_PART = /^[A-Za-z0-9_:]{1,200}$/;
const MATCHES_PATTERN = /[=!]~\s*$/;

type Quote = '"' | "'" | "`" | null;

/**
 * A PromQL query with a target's values in it. In a string a value stands for itself, also in a
 * pattern, whatever characters it has; elsewhere it has to be a part of a name.
 */
export function fillQuery(query: string, values: Values): Filled {
  let text = "";
  let quote: Quote = null;
  let isPattern = false;
  for (let at = 0; at < query.length; ) {
    const name = PLACEHOLDER.exec(query.slice(at, at + 10))?.[1] as keyof Values | undefined;
    if (name !== undefined) {
      const value = values[name];
      if (value === null) return { ok: false, reason: `the target has no ${name}` };
      const encoded = encode(value, quote, isPattern);
      if (encoded === null) return { ok: false, reason: `the value of {${name}} cannot stand there` };
      text += encoded;
      at += name.length + 2;
      continue;
    }
    const piece = pieceAt(query, at, quote);
    if (quote === null && isQuote(piece)) {
      isPattern = MATCHES_PATTERN.test(text);
      quote = piece;
    } else if (piece === quote) quote = null;
    text += piece;
    at += piece.length;
  }
  return { ok: true, text };
}

/** One character, an escape in a string, or a whole comment: neither of those ends or opens a string. */
function pieceAt(query: string, at: number, quote: Quote): string {
  const character = query[at] ?? "";
  if (quote === null && character === "#") {
    const end = query.indexOf("\n", at);
    return end < 0 ? query.slice(at) : query.slice(at, end);
  }
  const isEscape = character === "\\" && quote !== null && quote !== "`";
  return isEscape ? query.slice(at, at + 2) : character;
}

function isQuote(piece: string): piece is '"' | "'" | "`" {
  return piece === '"' || piece === "'" || piece === "`";
}

function encode(value: string, quote: Quote, isPattern: boolean): string | null {
  if (quote === null) return NAME_PART.test(value) ? value : null;
  const literal = isPattern ? value.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&") : value;
  // A raw string knows no escapes.
  if (quote === "`") return literal.includes("`") ? null : literal;
  if (/\p{Cs}/u.test(literal)) return null;
  return literal
    .replace(/[\\"']/g, (found) => (found === "\\" || found === quote ? `\\${found}` : found))
    .replace(/\p{Cc}/gu, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
