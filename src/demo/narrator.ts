import { shorten } from "../report/clean.ts";

const WIDTH = 78;
/** The beginning of a report says what happened; nobody reads all of it as it scrolls by. */
const QUOTED_LINES_MAX = 40;
const QUOTED_CHARS_MAX = 96;

export type Narrator = Readonly<{
  chapter(title: string): void;
  say(text: string): void;
  /** A command that the viewer could type. */
  command(line: string): void;
  verdict(ok: boolean, text: string): void;
  /** Someone else's text, set off from ours. */
  quote(text: string): void;
}>;

export function createNarrator(print: (line: string) => void, color: boolean): Narrator {
  const paint = (code: number, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    chapter: (title) => {
      print("");
      print(paint(1, `== ${title} ${"=".repeat(Math.max(0, WIDTH - title.length - 4))}`));
    },
    say: (text) => print(text),
    command: (line) => print(paint(36, `$ ${line}`)),
    verdict: (ok, text) => print(`${paint(ok ? 32 : 31, ok ? "ok  " : "BAD ")} ${text}`),
    quote: (text) => {
      const lines = text.trimEnd().split("\n");
      for (const line of lines.slice(0, QUOTED_LINES_MAX))
        print(`  | ${shorten(line, QUOTED_CHARS_MAX)}`.trimEnd());
      if (lines.length > QUOTED_LINES_MAX) print(`  | (${lines.length - QUOTED_LINES_MAX} lines more)`);
    },
  };
}
