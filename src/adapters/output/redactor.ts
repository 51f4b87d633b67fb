import { SECRET_CHARS_MIN } from "../../plan/find-short-secrets.ts";
import { sanitiseLine } from "./sanitise.ts";
import { formsOf } from "./secret-forms.ts";

const MASK = "***";
/** Stands where one of us has cut a text; what is left of a secret before it is hidden as well. */
const CUT_MARK = "…";
const REST_CHARS_MIN = 4;
/** Drawn as nothing: whoever shows the text later may drop them, and join what they kept apart. */
const UNSEEN = /(?!\s)[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

export type Redactor = Readonly<{
  /** False when the value is too short: masking it would tear ordinary words apart. */
  register(secret: string): boolean;
  /** `isCut`: the text ends in the middle of something, so a secret's beginning at its end is masked too. */
  redact(text: string, isCut?: boolean): string;
}>;

/**
 * Knows secrets and the forms in which they leak. Give it whole lines: a secret that two calls share
 * is not found. Each line of a secret counts by itself, because output comes in lines. `rewrite` says
 * how our own reports write a form; what it gives is hidden as well.
 */
export function createRedactor(rewrite: (form: string) => readonly string[] = () => []): Redactor {
  const forms = new Set<string>();
  return {
    register(secret) {
      const parts = [secret, secret.trim(), ...secret.split(/\r?\n/)].filter(isLongEnough);
      for (const form of parts.flatMap(formsOf).filter(isLongEnough)) {
        for (const written of [form, sanitiseLine(form), ...rewrite(form)]) {
          const seen = fold(written)?.text ?? written;
          if (isLongEnough(seen)) forms.add(seen);
        }
      }
      return parts.length > 0;
    },
    redact(text, isCut = false) {
      if (forms.size === 0) return text;
      const folded = fold(text);
      if (folded !== null) return mask(text, unfold(spansIn(folded.text, forms, isCut), folded.places));
      return mask(text, spansIn(text, forms, isCut));
    },
  };
}

function spansIn(text: string, forms: ReadonlySet<string>, isCut: boolean): Span[] {
  const spans = spansOf(text, forms);
  if (isCut) spans.push(...begunAtEnd(text, forms));
  for (let at = text.indexOf(CUT_MARK); at >= 0; at = text.indexOf(CUT_MARK, at + 1)) {
    spans.push(...begunBefore(text, at, forms));
  }
  return spans.sort((a, b) => a.from - b.from);
}

type Folded = Readonly<{ text: string; places: readonly number[] }>;

/** The text without what cannot be seen, and where each of its units was; null where all can be seen. */
function fold(text: string): Folded | null {
  if (!UNSEEN.test(text)) return null;
  const places: number[] = [];
  let seen = "";
  let at = 0;
  for (const point of text) {
    if (!UNSEEN.test(point)) {
      seen += point;
      for (let unit = 0; unit < point.length; unit += 1) places.push(at + unit);
    }
    at += point.length;
  }
  return { text: seen, places };
}

function unfold(spans: readonly Span[], places: readonly number[]): Span[] {
  return spans.map(({ from, to }) => ({ from: places[from] ?? 0, to: (places[to - 1] ?? 0) + 1 }));
}

function isLongEnough(text: string): boolean {
  return text.trim().length >= SECRET_CHARS_MIN;
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

function begunBefore(text: string, end: number, forms: ReadonlySet<string>): Span[] {
  const spans: Span[] = [];
  for (const form of forms) {
    const front = form.slice(0, REST_CHARS_MIN);
    let from = text.indexOf(front, Math.max(0, end - form.length));
    while (from >= 0 && from <= end - REST_CHARS_MIN) {
      if (form.startsWith(text.slice(from, end))) {
        spans.push({ from, to: end });
        break;
      }
      from = text.indexOf(front, from + 1);
    }
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
