import { cleanLine, shorten } from "../report/clean.ts";

/** GitHub cuts a longer message. */
const MESSAGE_POINTS_MAX = 4_000;
const PROPERTY_POINTS_MAX = 200;
const LINES_MAX = 200;

export type AnnotationLevel = "error" | "warning" | "notice";
export type AnnotationPlace = Readonly<{
  title?: string;
  file?: string;
  startLine?: number;
  startColumn?: number;
}>;

/** The command that makes an annotation. Nothing in the texts can end it, add a property or command more. */
export function annotation(level: AnnotationLevel, message: string, place: AnnotationPlace = {}): string {
  const { title, file, startLine, startColumn } = place;
  const given = { title, file, line: startLine, col: startColumn };
  const properties = Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  const front = properties.length === 0 ? level : `${level} ${properties.join(",")}`;
  return `::${front}::${escapeText(inertLines(message))}`;
}

/** As the runner undoes it. */
export function escapeText(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  const inert = shorten(cleanLine(text), PROPERTY_POINTS_MAX);
  return escapeText(inert).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function inertLines(message: string): string {
  const lines = message.split(/\r\n|[\n\r\u2028\u2029]/u, LINES_MAX).map((line) => cleanLine(line));
  return shorten(lines.join("\n"), MESSAGE_POINTS_MAX);
}
