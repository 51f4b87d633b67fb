type Field = readonly [key: string, value: string];

const IN_BRACES = /^ *- +\{([^{}]*)\} *$/;
const FIRST_PAIR = /^( *- +)([a-z]+: .*)$/;
const NEXT_PAIR = /^( +)([a-z]+: .*)$/;
/** Brackets mean something else inside braces, unless they are quoted. */
const PAIR_IN_BRACES = /^ *([a-z]+): +(?:([A-Za-z0-9][A-Za-z0-9._-]*)|(["'])([A-Za-z0-9._:[\]-]*)\3) *$/;
const PAIR =
  /^([a-z]+): +(?:([A-Za-z0-9](?:[A-Za-z0-9._:[\]-]*[A-Za-z0-9._\]-])?)|(["'])([A-Za-z0-9._:[\]-]*)\3) *$/;

/**
 * Reads the spellings that nearly every entry has, exactly as the YAML parser would; null for any
 * other, right or wrong.
 */
export function readUsualItem(text: string): readonly Field[] | null {
  const braces = IN_BRACES.exec(text);
  const fields = braces === null ? readBlock(text) : (braces[1] ?? "").split(",").map(readPairInBraces);
  const known = fields.filter((field) => field !== null);
  const distinct = new Set(known.map(([key]) => key));
  return distinct.size === fields.length ? known : null;
}

function readPairInBraces(text: string): Field | null {
  return fieldOf(PAIR_IN_BRACES.exec(text));
}

function readBlock(text: string): readonly (Field | null)[] {
  const [head = "", ...rest] = text.split("\n");
  const first = FIRST_PAIR.exec(head);
  if (first === null) return [null];
  const column = first[1]?.length;
  const pairs = rest.map((line) => {
    const next = NEXT_PAIR.exec(line);
    return next !== null && next[1]?.length === column ? next[2] : undefined;
  });
  return [first[2], ...pairs].map((pair) => fieldOf(PAIR.exec(pair ?? "")));
}

/** `null` has a meaning of its own in YAML, so it is left to the parser. */
function fieldOf(match: RegExpExecArray | null): Field | null {
  if (match === null || match[2] === "null") return null;
  return [match[1] ?? "", match[2] ?? match[4] ?? ""];
}
