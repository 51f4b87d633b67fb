export type MeasuredFunction = Readonly<{ name: string; line: number; lines: number }>;

/** Opens a function's body: a declaration, a method, or an arrow that is given a name or passed on. */
const DECLARATION = /^(?:export )?(?:default )?(?:async )?function\b\*?\s*(\w*)/;
const METHOD = /^(?:(?:static|async|override|private|public|protected|readonly|get|set) )*\*?(#?\w+)\(.*\{$/;
const ARROW = /=> (?:\(?\{|\[|\($)$|=> \{$/;
const NOT_METHODS = new Set(["if", "for", "while", "switch", "catch", "with", "else", "return", "describe"]);

/**
 * The functions of formatted source, with their length. It relies on the formatter: a function that
 * opens on a line with some indentation ends at the first later line that closes at the same indentation.
 */
export function measureFunctions(text: string): readonly MeasuredFunction[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const name = nameOf(line.trim());
    if (name === null) return [];
    return [{ name, line: index + 1, lines: endOf(lines, index) - index + 1 }];
  });
}

function nameOf(line: string): string | null {
  const declared = DECLARATION.exec(line);
  if (declared) return declared[1] || "(anonymous)";
  const method = METHOD.exec(line);
  if (method && !NOT_METHODS.has(method[1] ?? "") && !line.startsWith("}")) return method[1] ?? null;
  // A describe block is a chapter of a test file, not a function.
  if (!ARROW.test(line) || /^describe\b/.test(line)) return null;
  return /^(?:export )?(?:const|let) (\w+)/.exec(line)?.[1] ?? line.slice(0, 40);
}

/** A closing line that opens again, as `}): Result {` after a long list of parameters, is not the end. */
function endOf(lines: readonly string[], start: number): number {
  const indent = indentOf(lines[start] ?? "");
  for (let index = start + 1; index < lines.length; index++) {
    const line = lines[index] ?? "";
    if (line.trim() === "" || indentOf(line) > indent) continue;
    if (indentOf(line) < indent) return index - 1;
    if (!/[{([]$/.test(line)) return /^[)\]}]/.test(line.trim()) ? index : index - 1;
  }
  return lines.length - 1;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Names of the declared functions with more than `most` positional parameters; an object pattern is one. */
export function findWideFunctions(text: string, most = 3): readonly string[] {
  const heads = text.matchAll(
    /^ *(?:export )?(?:async )?function\*? (\w+)(?:<[^(]*>)?\(([\s\S]*?)\)(?:: .*)? \{$/gm,
  );
  return [...heads].filter(([, , list]) => countParameters(list ?? "") > most).map(([, name]) => name ?? "");
}

function countParameters(list: string): number {
  const flat = withoutNesting(list.replaceAll("=>", ""));
  return flat.split(",").filter((parameter) => parameter.trim() !== "").length;
}

function withoutNesting(text: string): string {
  let depth = 0;
  let flat = "";
  for (const char of text) {
    if ("({[<".includes(char)) depth++;
    flat += depth === 0 ? char : "_";
    if (")}]>".includes(char)) depth--;
  }
  return flat;
}
