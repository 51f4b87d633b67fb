/** How a GitHub runner reads a log, written from its documented behaviour and not from our code. */

export type Obeyed = Readonly<{ name: string; properties: Readonly<Record<string, string>>; data: string }>;
export type ReadLog = Readonly<{ obeyed: readonly Obeyed[]; lines: readonly string[]; paused: boolean }>;

/** What the runner knows; it ignores others. */
const KNOWN =
  /^(error|warning|notice|debug|group|endgroup|add-mask|add-matcher|remove-matcher|set-output|save-state|set-env|add-path|echo|stop-commands)$/i;

/**
 * Every command that the runner would obey, in order. `deaf`: one that does not know `stop-commands`,
 * against which the lines themselves have to be harmless.
 */
export function readLog(text: string, { deaf = false } = {}): ReadLog {
  const obeyed: Obeyed[] = [];
  const lines = text.split(/\r\n|[\r\n\u0085\u2028\u2029\v\f]/u);
  let token: string | null = null;
  for (const line of lines) {
    const command = parseNew(line) ?? parseOld(line);
    if (command === null) continue;
    if (token !== null) {
      if (command.name === token) token = null;
      continue;
    }
    if (!KNOWN.test(command.name)) continue;
    if (command.name.toLowerCase() === "stop-commands" && !deaf) token = command.data;
    obeyed.push(command);
  }
  return { obeyed, lines, paused: token !== null };
}

/** `::name key=value,key=value::data`, after blanks of any kind. */
function parseNew(line: string): Obeyed | null {
  // Culture-aware comparisons do not see what is not drawn.
  const seen = line.replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}\0]/gu, "").trimStart();
  if (!seen.startsWith("::")) return null;
  const end = seen.indexOf("::", 2);
  return end < 0 ? null : commandOf(seen.slice(2, end), seen.slice(end + 2), ",");
}

/** `##[name key=value;key=value]data`, anywhere in a line. */
function parseOld(line: string): Obeyed | null {
  const seen = line.replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}\0]/gu, "");
  const start = seen.indexOf("##[");
  const end = seen.indexOf("]", start);
  return start < 0 || end < 0 ? null : commandOf(seen.slice(start + 3, end), seen.slice(end + 1), ";");
}

function commandOf(front: string, data: string, separator: string): Obeyed | null {
  const blank = front.indexOf(" ");
  const name = blank < 0 ? front : front.slice(0, blank);
  const given = blank < 0 ? [] : front.slice(blank + 1).split(separator);
  const properties = given.map((pair) => {
    const equals = pair.indexOf("=");
    return [pair.slice(0, equals).trim(), decode(pair.slice(equals + 1))];
  });
  return { name, properties: Object.fromEntries(properties), data: decode(data) };
}

function decode(text: string): string {
  const characters: Record<string, string> = { "0D": "\r", "0A": "\n", "3A": ":", "2C": ",", "25": "%" };
  return text.replace(/%(0D|0A|3A|2C|25)/gi, (_, hex: string) => characters[hex.toUpperCase()] ?? "");
}

/** What no text of ours may show to a terminal or a reader. */
export function findUnseemly(text: string): string[] {
  return [
    ...text.matchAll(
      /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u2028\u2029\ufeff]|\p{Cs}/gu,
    ),
  ].map(([found]) => `U+${found.codePointAt(0)?.toString(16)}`);
}
