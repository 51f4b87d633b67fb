import { sanitiseLine } from "./sanitise.ts";

const MASK = "***";
const SECRET_CHARS_MIN = 4;

export type Redactor = Readonly<{
  /** False when the value is too short: masking it would tear ordinary words apart. */
  register(secret: string): boolean;
  /** `isCut`: the text ends in the middle of something, so a secret's beginning at its end is masked too. */
  redact(text: string, isCut?: boolean): string;
}>;

/**
 * Knows secrets and the forms in which they leak. Give it whole lines: a secret that two calls share
 * is not found. Each line of a secret counts by itself, because output comes in lines.
 */
export function createRedactor(): Redactor {
  const forms = new Set<string>();
  return {
    register(secret) {
      const parts = [secret, ...secret.split(/\r?\n/)].filter(isLongEnough);
      for (const form of parts.flatMap(formsOf).filter(isLongEnough)) {
        forms.add(form);
        forms.add(sanitiseLine(form));
      }
      return parts.length > 0;
    },
    redact(text, isCut = false) {
      const spans = spansOf(text, forms);
      if (isCut) spans.push(...begunAtEnd(text, forms));
      return mask(
        text,
        spans.sort((a, b) => a.from - b.from),
      );
    },
  };
}

function isLongEnough(text: string): boolean {
  return text.trim().length >= SECRET_CHARS_MIN;
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const uri = encodeURIComponent(secret.replace(/\p{Cs}/gu, "\ufffd"));
  return [
    secret,
    ...base64Forms(bytes),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    uri,
    uri.replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
    uri.replaceAll("%20", "+"),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll("'", "'\\''"),
    secret.replaceAll(/[^\w@%+=:,./-]/g, "\\$&"),
    xmlText(secret),
  ];
}

/** Inside a longer text a secret's base64 depends on its position modulo three. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    const whole = Math.floor(((shift + bytes.length) * 8) / 6);
    // The characters at both ends mix with the neighbours' bits.
    const form = text.slice(Math.ceil((shift * 8) / 6), whole);
    return [form, form.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

function xmlText(secret: string): string {
  return secret
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

type Span = { from: number; to: number };

function spansOf(text: string, forms: ReadonlySet<string>): Span[] {
  const spans: Span[] = [];
  for (const form of forms) {
    // Step by one: a secret may overlap with itself.
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
      spans.push({ from: at, to: at + form.length });
    }
  }
  return spans;
}

function begunAtEnd(text: string, forms: ReadonlySet<string>): Span[] {
  const spans: Span[] = [];
  for (const form of forms) {
    let length = Math.min(form.length - 1, text.length);
    while (length > 0 && !text.endsWith(form.slice(0, length))) length -= 1;
    if (length > 0) spans.push({ from: text.length - length, to: text.length });
  }
  return spans;
}

function mask(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  let masked = "";
  let end = 0;
  for (const span of spans) {
    if (span.from > end || end === 0) masked += text.slice(end, span.from) + MASK;
    end = Math.max(end, span.to);
  }
  return masked + text.slice(end);
}
