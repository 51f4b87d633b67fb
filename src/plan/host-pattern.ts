/** A name or an address as the plan writes it: text with at most one range of numbers in it. */
export type HostPattern = Readonly<{
  prefix: string;
  suffix: string;
  first: number;
  count: number;
  /** Digits that every number is padded to. */
  width: number;
  /** False for plain text, which stands for itself. */
  ranged: boolean;
}>;

export type PatternFault = Readonly<{ code: string; message: string; hint: string }>;

/** Longer than any address with a range in it can be. */
const PATTERN_CHARS_MAX = 300;
/** So many digits are still exact as a number. */
const RANGE = /^(\d{1,15}):(\d{1,15})$/;

/** Allocates nothing per target, so that `[1:999999999]` can be refused by its count. */
export function parsePattern(text: string): HostPattern | PatternFault {
  if (text.length > PATTERN_CHARS_MAX) return tooLong(text);
  const open = text.indexOf("[");
  const close = text.indexOf("]");
  if (open < 0 && close < 0) {
    return { prefix: text, suffix: "", first: 0, count: 1, width: 0, ranged: false };
  }
  if (open < 0 || close < open) return malformed(text);
  const suffix = text.slice(close + 1);
  if (/[[\]]/.test(suffix)) return several(text);
  const range = RANGE.exec(text.slice(open + 1, close));
  if (range === null) return malformed(text);
  return countRange(text, [range[1] ?? "", range[2] ?? ""], { prefix: text.slice(0, open), suffix });
}

export function isFault(pattern: HostPattern | PatternFault): pattern is PatternFault {
  return "code" in pattern;
}

/** The text of the target at `index`, counted from 0. */
export function expandAt(pattern: HostPattern, index: number): string {
  if (!pattern.ranged) return pattern.prefix;
  const number = String(pattern.first + index).padStart(pattern.width, "0");
  return pattern.prefix + number + pattern.suffix;
}

function countRange(
  text: string,
  [from, to]: readonly [string, string],
  around: Readonly<{ prefix: string; suffix: string }>,
): HostPattern | PatternFault {
  const first = Number(from);
  const last = Number(to);
  if (last < first) return reversed(text, from, to);
  if (from.length !== to.length && (isPadded(from) || isPadded(to))) return unevenPadding(text, from, to);
  return { ...around, first, count: last - first + 1, width: from.length, ranged: true };
}

function isPadded(digits: string): boolean {
  return digits.length > 1 && digits.startsWith("0");
}

function tooLong(text: string): PatternFault {
  return {
    code: "range-malformed",
    message: `${JSON.stringify(text.slice(0, 40))}… is ${text.length} characters long.`,
    hint: "A name or an address has at most 253 characters.",
  };
}

function malformed(text: string): PatternFault {
  return {
    code: "range-malformed",
    message: `${JSON.stringify(text)} holds brackets that are not a range of numbers.`,
    hint: 'Write a range as "web-[01:40]": two whole numbers, inclusive, with a colon between them.',
  };
}

function several(text: string): PatternFault {
  return {
    code: "range-several",
    message: `${JSON.stringify(text)} holds more than one range.`,
    hint: "Write one entry per value of the other range.",
  };
}

function reversed(text: string, from: string, to: string): PatternFault {
  return {
    code: "range-reversed",
    message: `The range in ${JSON.stringify(text)} runs backwards.`,
    hint: `Write [${to}:${from}].`,
  };
}

function unevenPadding(text: string, from: string, to: string): PatternFault {
  const width = Math.max(from.length, to.length);
  return {
    code: "range-padding",
    message: `The ends of the range in ${JSON.stringify(text)} are padded to different widths.`,
    hint: `Write [${from.padStart(width, "0")}:${to.padStart(width, "0")}], or pad neither.`,
  };
}
