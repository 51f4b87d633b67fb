import type { PlanIssue } from "../plan/issue.ts";
import { cleanLine, dropInvisible, shorten } from "./clean.ts";
import { cutToWidth, displayWidth } from "./columns.ts";
import { fitParts } from "./fit.ts";
import { cell, code, codeCell, tableHead, tableRow } from "./markdown.ts";
import { countOf } from "./wording.ts";

/** GitHub shows ten annotations per type and step. */
const ANNOTATIONS_MAX = 10;
const ISSUES_SHOWN_MAX = 500;
const TABLE_CHARS_MAX = 60_000;
const FRAME_COLUMNS = 100;

export type Annotation = Readonly<{
  level: "error" | "warning";
  title: string;
  message: string;
  file: string;
  line: number;
  column: number;
}>;

/** `1 error, 2 warnings`. */
export function countIssues(issues: readonly PlanIssue[]): string {
  const errors = issues.filter(({ severity }) => severity === "error").length;
  const warnings = issues.length - errors;
  const told = [
    errors === 0 ? "" : countOf(errors, "error"),
    warnings === 0 ? "" : countOf(warnings, "warning"),
  ];
  return told.filter((part) => part !== "").join(", ") || "no problems";
}

/**
 * For a terminal or a log, in the order of the plan. With the plan's text, each place is shown. Every
 * line starts with our own words or blanks, so none is a command to a runner.
 */
export function renderIssuesText(issues: readonly PlanIssue[], file: string, source?: string): string {
  const lines = source?.split(/\r\n|\n|\r/u) ?? [];
  const shown = issues.slice(0, ISSUES_SHOWN_MAX).map((issue) => renderIssueText(issue, file, lines));
  const left = issues.length - shown.length;
  const more = left > 0 ? [`${countOf(left, "problem")} more`] : [];
  return [...shown, ...more, `${inert(file)}: ${countIssues(issues)}`].join("\n");
}

/** For the job summary: errors first. */
export function renderIssuesMarkdown(issues: readonly PlanIssue[], file: string): string {
  if (issues.length === 0) return `${code(file)}: no problems.\n`;
  const rows = errorsFirst(issues)
    .slice(0, ISSUES_SHOWN_MAX)
    .map(({ severity, line, column, path, message, hint, code: id }) => {
      const where = `${line}:${column}${path === "" ? "" : ` ${codeCell(path)}`}`;
      return tableRow([
        severity === "error" ? "❌" : "⚠️",
        where,
        cell(message, 400),
        cell(hint, 400),
        codeCell(id),
      ]);
    });
  const head = `## Problems in the plan\n\n${code(file)}: ${countIssues(issues)}.\n\n${tableHead(["", "Where", "Problem", "What to do", "Code"])}`;
  const block = { head, rows, total: issues.length, noun: "problems", cut: "end" } as const;
  return `${fitParts([block], TABLE_CHARS_MAX, "The log has all of them.")}\n`;
}

/** At most ten, errors first: what a person must act on. The text is inert; the caller escapes it for its channel. */
export function annotateIssues(issues: readonly PlanIssue[], file: string): Annotation[] {
  return errorsFirst(issues)
    .slice(0, ANNOTATIONS_MAX)
    .map(({ severity, code: id, line, column, message, hint }) => ({
      level: severity,
      title: cleanLine(id),
      message: shorten(cleanLine(hint === "" ? message : `${message} ${hint}`), 1_000),
      file,
      line,
      column,
    }));
}

function renderIssueText(issue: PlanIssue, file: string, lines: readonly string[]): string {
  const { severity, code: id, path, line, column, message, hint } = issue;
  const place = `${inert(file)}:${line}:${column}`;
  const where = path === "" ? "" : ` at ${inert(path)}`;
  const frame = renderFrame(lines[line - 1], line, column);
  return [
    `${place}: ${severity} ${inert(id)}${where}: ${inert(message, 1_000)}`,
    ...frame,
    ...(hint === "" ? [] : [`  hint: ${inert(hint, 1_000)}`]),
    "",
  ].join("\n");
}

/** The line with a mark under the place; cut off so that the place is always in sight. */
function renderFrame(line: string | undefined, number: number, column: number): string[] {
  if (line === undefined) return [];
  const start = Math.max(0, column - 1 - Math.floor(FRAME_COLUMNS / 2));
  const head = show(line.slice(start, column - 1));
  const rest = cutToWidth(
    show(line.slice(column - 1, column - 1 + FRAME_COLUMNS)),
    FRAME_COLUMNS - displayWidth(head),
    "…",
  );
  const gutter = `  ${number} | `;
  const cut = start > 0 ? "…" : "";
  return [
    `${gutter}${cut}${head}${rest}`.replaceAll("##[", "# #["),
    `${" ".repeat(gutter.length + cut.length + displayWidth(head))}^`,
  ];
}

function show(text: string): string {
  return dropInvisible(text.replaceAll("\t", " ")).replaceAll("##[", "# #[");
}

function inert(text: string, pointsMax = 300): string {
  return shorten(cleanLine(text), pointsMax);
}

function errorsFirst(issues: readonly PlanIssue[]): PlanIssue[] {
  const isError = ({ severity }: PlanIssue) => severity === "error";
  return [...issues.filter(isError), ...issues.filter((issue) => !isError(issue))];
}
