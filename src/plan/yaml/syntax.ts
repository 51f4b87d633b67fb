import type { ErrorCode, YAMLParseError } from "yaml";
import type { TextFault } from "./text-fault.ts";

type Words = Readonly<{ code?: string; message: string; hint: string }>;

const AS_TEXT = "If this is text, put it in quotes; for a command, a block after `|` is safest.";

/** The parser's complaints in an author's words. */
const WORDS: Partial<Record<ErrorCode, Words>> = {
  BAD_ALIAS: {
    code: "unknown-alias",
    message: "This alias has no anchor.",
    hint: "Put text that starts with `*` in quotes.",
  },
  BAD_DQ_ESCAPE: {
    message: "This escape means nothing between double quotes.",
    hint: "Write the backslash twice, or use single quotes.",
  },
  BAD_INDENT: {
    message: "The indentation does not fit what stands around it.",
    hint: "Indent with spaces, and give the entries of one level the same indentation.",
  },
  BAD_SCALAR_START: {
    message: "Plain text cannot start with this character.",
    hint: "Put the text in quotes.",
  },
  BLOCK_AS_IMPLICIT_KEY: { message: "A second `key: value` stands in the same line.", hint: AS_TEXT },
  BLOCK_IN_FLOW: {
    message: "Indented entries cannot stand between brackets.",
    hint: "Between brackets, separate the entries by commas.",
  },
  KEY_OVER_1024_CHARS: { message: "No key is so long.", hint: AS_TEXT },
  MISSING_CHAR: {
    message: "Something is missing here: a `-`, a comma, a colon or a space.",
    hint: "Compare the line with its neighbours: indentation, commas, and a space after each `:`.",
  },
  MULTILINE_IMPLICIT_KEY: {
    message: "A key must stand in one line, with a colon after it.",
    hint: "Look for a missing `:`, or a wrong indentation.",
  },
  MULTIPLE_DOCS: {
    code: "several-documents",
    message: "The file holds more than one document.",
    hint: "Keep each plan in a file of its own; `---` may stand only before the plan.",
  },
  TAB_AS_INDENT: {
    code: "tab-indentation",
    message: "A tab indents this line.",
    hint: "Replace it by spaces.",
  },
  UNEXPECTED_TOKEN: { message: "Something stands here that does not belong here.", hint: AS_TEXT },
};

const OTHERWISE: Words = {
  message: "This is not valid YAML.",
  hint: "Look at the indentation, the quotes and the brackets around this place.",
};

export function describeSyntaxError(error: YAMLParseError): TextFault {
  const { code, message, hint } = WORDS[error.code] ?? OTHERWISE;
  return { code: code ?? "yaml-syntax", offset: error.pos[0], message, hint };
}
