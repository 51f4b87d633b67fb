import type { Explanation } from "../plan/explain/explain-change.ts";
import { cleanLine, shorten } from "./clean.ts";
import { drawExplanation } from "./explanation-picture.ts";
import { listSections } from "./explanation-sections.ts";
import { wrapToWidth } from "./explanation-wrap.ts";
import { countOf } from "./wording.ts";

/** `columns` of the terminal; `unicode: false` for one that shows ASCII alone. */
export type TextOptions = Readonly<{ columns: number; unicode: boolean }>;

const COLUMNS_MIN = 44;
const COLUMNS_MAX = 160;

const ARTICLES = { standard: "A", normal: "A", emergency: "An" } as const;

/** For a terminal or a log: a picture of the expected course, and what there is to know about it. */
export function renderExplanationText(explanation: Explanation, options: TextOptions): string {
  const columns = Math.max(COLUMNS_MIN, Math.min(options.columns, COLUMNS_MAX));
  const sections = listSections(explanation).flatMap(({ title, sentences }) => [
    "",
    title,
    ...sentences.flatMap((sentence) => wrapToWidth(sentence, columns - 4).map(indent)),
  ]);
  const head = describeChange(explanation).flatMap((line) => wrapToWidth(line, columns));
  const picture = drawExplanation(explanation, { ...options, columns });
  const lines = [...head, "", ...picture, ...sections].map(withoutCommand);
  return `${lines.join("\n")}\n`;
}

/** A runner looks for its commands behind leading blanks, too, and any word may begin a line. */
function withoutCommand(line: string): string {
  return line.replace(/^(\s*)::/u, "$1: :");
}

/** What a sentence needs beyond its first line stands further in. */
function indent(line: string, index: number): string {
  return index === 0 ? `  ${line}` : `    ${line}`;
}

function clean(text: string): string {
  return shorten(cleanLine(text), 120);
}

function describeChange({ change, targetCount, batches, strategy, digest }: Explanation): string[] {
  const parts = strategy === "blue-green" ? `${batches.length} groups` : countOf(batches.length, "batch");
  const place = change.environment === "" ? "" : ` in ${clean(change.environment)}`;
  return [
    `${clean(change.id)}: ${clean(change.title)}`,
    `${ARTICLES[change.type]} ${change.type} change of ${change.risk} risk to version ${clean(change.version)}${place}.`,
    `Strategy ${strategy}: ${countOf(targetCount, "target")} in ${parts}.`,
    `Digest ${digest}`,
  ];
}
