import type { Figure } from "./benchmark.ts";
import type { Machine } from "./machine.ts";

export type Measured = Readonly<{
  name: string;
  budget: string;
  figures: readonly Figure[];
  error: string | null;
}>;

export function renderTable(machine: Machine, results: readonly Measured[]): string {
  const rows = results.flatMap(({ figures, error, name }) =>
    error === null ? figures.map(renderFigure) : [[name, `failed: ${error}`, "", "", ""]],
  );
  const head = ["what", "measured", "middle half", "budget", ""];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  const { processor, cores, memoryGiB, system, node, load } = machine;
  return [
    `${cores} × ${processor}, ${memoryGiB} GiB, ${system}, node ${node}, load ${load}`,
    "",
    line(head),
    line(widths.map((width) => "-".repeat(width))),
    ...rows.map(line),
  ].join("\n");
}

function renderFigure(figure: Figure): readonly string[] {
  const { what, value, unit, spread } = figure;
  const show = (number: number) => renderValue(number, unit);
  return [
    what,
    show(value),
    spread === null ? "" : `${show(spread.low)} to ${show(spread.high)}, ${spread.samples} samples`,
    describeBudget(figure, show),
    verdictOn(figure),
  ];
}

function describeBudget({ atMost, atLeast }: Figure, show: (number: number) => string): string {
  if (atLeast !== undefined) return `at least ${show(atLeast)}`;
  return atMost === null ? "" : `at most ${show(atMost)}`;
}

function verdictOn({ value, atMost, atLeast }: Figure): string {
  if (atMost === null && atLeast === undefined) return "";
  return value <= (atMost ?? Number.POSITIVE_INFINITY) && value >= (atLeast ?? 0) ? "kept" : "MISSED";
}

function renderValue(value: number, unit: Figure["unit"]): string {
  if (unit === "bytes") return `${(value / 1_000).toFixed(0)} kB`;
  if (unit === "×") return `${value.toFixed(2)} ×`;
  if (unit === "a second" || unit === "requests") return `${value.toFixed(0)} ${unit}`;
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`;
}
