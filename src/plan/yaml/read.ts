import { LineCounter, type ParsedNode, parseDocument } from "yaml";
import type { PlanIssue } from "../issue.ts";
import { type PlanPath, printPath } from "../path.ts";
import type { Places } from "../places.ts";
import { SYNTAX_ERRORS_MAX } from "./limits.ts";
import { findScanFault } from "./scan.ts";
import { describeSyntaxError } from "./syntax.ts";
import { findTextFault, type TextFault } from "./text-fault.ts";
import { buildTree, type KeyedFault } from "./tree.ts";

export type YamlResult =
  | Readonly<{
      ok: true;
      value: unknown;
      places: Places;
      /** Errors that leave something to look at further. */
      issues: PlanIssue[];
      /** The mappings that lack an entry because of those errors. */
      broken: readonly PlanPath[];
    }>
  | Readonly<{ ok: false; issues: PlanIssue[] }>;

/** Text → plain values with their places. Never throws, whatever the text. */
export function readYaml(given: string): YamlResult {
  const text = given.startsWith("\uFEFF") ? given.slice(1) : given;
  const position = positionsIn(text);
  const fault = findTextFault(text) ?? findScanFault(text);
  if (fault !== null) return { ok: false, issues: [toIssue(fault, position)] };
  const composed = compose(text);
  if (!composed.ok) {
    return { ok: false, issues: keepFirstPerLine(composed.faults.map((found) => toIssue(found, position))) };
  }

  const tree = buildTree(composed.root);
  if ("code" in tree) return { ok: false, issues: [toIssue(tree, position)] };
  return {
    ok: true,
    value: tree.value,
    places: { root: tree.place, position },
    issues: tree.faults.map((found) => toIssue(found, position)),
    broken: tree.faults.filter(leavesGap).map(ownerOf),
  };
}

function ownerOf({ code, path }: KeyedFault): PlanPath {
  return code === "key-not-text" ? path : path.slice(0, -1);
}

/** The parser tries to go on, and trips over the same mistake again. */
function keepFirstPerLine(issues: readonly PlanIssue[]): PlanIssue[] {
  return issues.filter(({ line }, index) => issues.findIndex((other) => other.line === line) === index);
}

/** Of a duplicate, the first one is still there. */
function leavesGap({ code }: KeyedFault): boolean {
  return code !== "duplicate-key" && code !== "control-character";
}

type Composed = { ok: true; root: ParsedNode } | { ok: false; faults: TextFault[] };

function compose(text: string): Composed {
  const document = parseDocument(text, {
    version: "1.2",
    merge: false,
    resolveKnownTags: false,
    prettyErrors: false,
    // Ours reports every duplicate with its place, and compares each key only once.
    uniqueKeys: false,
    logLevel: "error",
  });
  if (document.errors.length > 0) {
    return { ok: false, faults: document.errors.slice(0, SYNTAX_ERRORS_MAX).map(describeSyntaxError) };
  }
  if (document.contents === null || isBlank(text)) return { ok: false, faults: [empty()] };
  return { ok: true, root: document.contents };
}

/** The parser gives a file of comments a null of its own. */
function isBlank(text: string): boolean {
  return text.split("\n").every((line) => {
    const content = line.trim();
    return content === "" || content === "---" || content === "..." || content.startsWith("#");
  });
}

function positionsIn(text: string): Places["position"] {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let offset = text.indexOf("\n"); offset >= 0; offset = text.indexOf("\n", offset + 1)) {
    lines.addNewLine(offset + 1);
  }
  return (offset) => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line, column: col };
  };
}

function toIssue(fault: TextFault | KeyedFault, position: Places["position"]): PlanIssue {
  return {
    code: fault.code,
    severity: "error",
    path: "path" in fault ? printPath(fault.path) : "",
    ...position(fault.offset),
    message: fault.message,
    hint: fault.hint,
  };
}

function empty(): TextFault {
  return {
    code: "plan-empty",
    offset: 0,
    message: "The plan is empty.",
    hint: "Start with `change-plan: 1`; examples/ holds plans to begin with.",
  };
}
