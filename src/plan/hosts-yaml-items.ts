import { eachLine, type RowCollector, syntaxProblem } from "./hosts-rows.ts";

/** An entry's text, dash included, and the line that it begins on. */
export type YamlItem = Readonly<{ text: string; line: number }>;

/** Three keys with the longest values that are allowed fit in this several times. */
const ITEM_CHARS_MAX = 4_000;
const HINT = "The file is one YAML list: every entry begins with `- `, all of them in the same column.";

/**
 * Cuts a block list into its entries by their dashes: in YAML whatever belongs to an entry stands
 * further to the right than its dash. Stops with a problem at a line that belongs to none.
 */
export function* eachYamlItem(text: string, rows: RowCollector): Generator<YamlItem> {
  const cutter = new Cutter();
  let line = 0;
  for (const content of eachLine(text)) {
    line += 1;
    const cut = cutter.take(content, line);
    if (cut === "stray") {
      return rows.addProblem(line, syntaxProblem("This line belongs to no entry of a list.", HINT));
    }
    if (cutter.textLength > ITEM_CHARS_MAX) {
      return rows.addProblem(line, syntaxProblem("This entry is too long.", HINT));
    }
    if (cut !== null) yield cut;
  }
  if (cutter.item !== null) yield cutter.item;
}

class Cutter {
  item: YamlItem | null = null;
  /** Blank lines and comments: part of the entry only if more of it follows. */
  #between = "";
  #indent: number | null = null;

  get textLength(): number {
    return this.item?.text.length ?? 0;
  }

  /** Gives the entry that this line ends, if any; `stray` for a line that has no place in a list. */
  take(content: string, line: number): YamlItem | "stray" | null {
    const column = content.length - content.trimStart().length;
    if (this.#isSkippable(content)) return this.#skip(content);
    if (isDash(content, column) && column === (this.#indent ?? column)) {
      const ended = this.item;
      this.item = { text: content, line };
      this.#between = "";
      this.#indent = column;
      return ended;
    }
    if (this.item === null || column <= (this.#indent ?? 0)) return "stray";
    this.item = { text: `${this.item.text}\n${this.#between}${content}`, line: this.item.line };
    this.#between = "";
    return null;
  }

  #isSkippable(content: string): boolean {
    const text = content.trim();
    return text === "" || text.startsWith("#") || (this.item === null && text === "---");
  }

  #skip(content: string): null {
    if (this.item !== null && this.#between.length <= ITEM_CHARS_MAX) this.#between += `${content}\n`;
    return null;
  }
}

function isDash(content: string, column: number): boolean {
  return content.startsWith("- ", column) || content.slice(column) === "-";
}
