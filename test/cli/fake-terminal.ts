import { EventEmitter } from "node:events";
import type { DisplayStream } from "../../src/cli/display.ts";

const SEQUENCE = /^\[(\??)(\d*)([A-Za-z])/;

/** What a person would see: a grid that wraps and scrolls, and the few sequences that a board may use. */
export class FakeTerminal extends EventEmitter implements DisplayStream {
  readonly isTTY = true;
  columns: number;
  rows: number;
  /** Everything ever shown, the scrolled-away rows included; the last `rows` are on the screen. */
  readonly grid: string[] = [""];
  readonly writes: string[] = [];
  row = 0;
  column = 0;
  wrap = true;
  wrapped = 0;
  accepts = true;

  constructor(columns: number, rows: number) {
    super();
    [this.columns, this.rows] = [columns, rows];
  }

  write(text: string): boolean {
    this.writes.push(text);
    let at = 0;
    while (at < text.length) {
      const sequence = text[at] === "\u001b" ? SEQUENCE.exec(text.slice(at + 1)) : null;
      if (sequence === null) this.#put(text[at]!);
      else this.#obey(sequence[1] === "?", Number(sequence[2] || "1"), sequence[3]!);
      at += 1 + (sequence?.[0].length ?? 0);
    }
    return this.accepts;
  }

  resize(columns: number, rows: number): void {
    [this.columns, this.rows] = [columns, rows];
    this.emit("resize");
  }

  /** The rows with something on them. */
  get text(): string[] {
    const rows = this.grid.map((line) => line.trimEnd());
    while (rows.length > 0 && rows.at(-1) === "") rows.pop();
    return rows;
  }

  #put(char: string): void {
    if (char === "\n") return this.#moveTo(this.row + 1);
    if (char === "\r") {
      this.column = 0;
      return;
    }
    if (this.column === this.columns) {
      if (!this.wrap) return;
      this.wrapped++;
      this.#moveTo(this.row + 1);
    }
    const line = (this.grid[this.row] ?? "").padEnd(this.column);
    this.grid[this.row] = line.slice(0, this.column) + char + line.slice(this.column + 1);
    this.column++;
  }

  #obey(isPrivate: boolean, count: number, letter: string): void {
    if (isPrivate && count === 7) this.wrap = letter === "h";
    else if (!isPrivate && letter === "A") this.row = Math.max(this.#top(), this.row - count);
    else if (!isPrivate && letter === "J") this.#eraseBelow();
    else if (letter !== "m") throw new Error(`unexpected sequence ${count}${letter}`);
  }

  #eraseBelow(): void {
    this.grid.length = this.row + 1;
    this.grid[this.row] = (this.grid[this.row] ?? "").slice(0, this.column);
  }

  #moveTo(row: number): void {
    [this.row, this.column] = [row, 0];
    while (this.grid.length <= row) this.grid.push("");
  }

  #top(): number {
    return Math.max(0, this.grid.length - this.rows);
  }
}
