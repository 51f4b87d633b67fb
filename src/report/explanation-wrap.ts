import { displayWidth } from "./columns.ts";

/** One line as several, broken between words; within a word only where it is longer than a line. */
export function wrapToWidth(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((one) => breakWord(one, columns))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (displayWidth(longer) <= columns) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = word;
  }
  return [...lines, line];
}

function breakWord(word: string, columns: number): string[] {
  if (displayWidth(word) <= columns) return [word];
  const parts: string[] = [];
  let part = "";
  for (const point of word) {
    if (displayWidth(part + point) > columns) {
      parts.push(part);
      part = "";
    }
    part += point;
  }
  return [...parts, part];
}
