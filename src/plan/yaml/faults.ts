import { ALIASES_MAX, NESTING_MAX, NODES_MAX } from "./limits.ts";
import type { TextFault } from "./text-fault.ts";

const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);

export function unclosed(what: "bracket" | "quote", offset: number): TextFault {
  return {
    code: `unclosed-${what}`,
    offset,
    message: `This ${what} is never closed.`,
    hint: `Close it; if it is part of a text, put the whole text in quotes.`,
  };
}

export function tooDeep(offset: number): TextFault {
  return {
    code: "nesting-too-deep",
    offset,
    message: `The plan nests deeper than ${NESTING_MAX} levels.`,
    hint: "No key of a plan stands so deep; look for a missing bracket or a wrong indentation.",
  };
}

export function tooManyNodes(offset: number): TextFault {
  return {
    code: "too-many-nodes",
    offset,
    message: `The plan has more than ${NODES_MAX} entries.`,
    hint: "Write hosts as ranges such as web-[01:40], or keep them in a file and name it with `from`.",
  };
}

export function tag(offset: number): TextFault {
  return {
    code: "yaml-tag",
    offset,
    message: "A plan uses no YAML tags.",
    hint: "Remove the tag; text that looks like a number goes in quotes, and so does text that starts with `!`.",
  };
}

export function directive(offset: number): TextFault {
  return {
    code: "yaml-directive",
    offset,
    message: "A plan uses no YAML directives.",
    hint: "Remove the line that starts with `%`.",
  };
}

export function severalDocuments(offset: number): TextFault {
  return {
    code: "several-documents",
    offset,
    message: "The file holds more than one document.",
    hint: "Keep each plan in a file of its own; `---` may stand only before the plan.",
  };
}

export function findKeyFault(key: string): Omit<TextFault, "offset"> | null {
  if (key === "<<") {
    return {
      code: "merge-key",
      message: "A plan uses no merge keys (`<<`).",
      hint: "Write the entries out, or give the whole mapping an anchor and repeat it with an alias.",
    };
  }
  if (!FORBIDDEN.has(key)) return null;
  return {
    code: "forbidden-key",
    message: `\`${key}\` is never a key of a plan.`,
    hint: "Remove it.",
  };
}

export function duplicateKey(key: string): Omit<TextFault, "offset"> {
  return {
    code: "duplicate-key",
    message: `\`${key}\` is here for the second time.`,
    hint: "Keep one of the two; if they are lists, join them.",
  };
}

export function keyNotText(): Omit<TextFault, "offset"> {
  return {
    code: "key-not-text",
    message: "A key must be a word.",
    hint: 'Write `key: value`; text with braces or a `?` at the beginning, such as "{host}", goes in quotes.',
  };
}

export function escapedCharacter(): Omit<TextFault, "offset"> {
  return {
    code: "control-character",
    message: "This text contains a control character or an invisible one that reorders text.",
    hint: "Remove the escape; to print such a character, let the command make it.",
  };
}

export function tooManyAliases(offset: number): TextFault {
  return {
    code: "too-many-aliases",
    offset,
    message: `The plan uses aliases more than ${ALIASES_MAX} times, counting those inside of aliases.`,
    hint: "Write the repeated parts out, or move them into a script.",
  };
}

export function unknownAlias(name: string, offset: number): TextFault {
  return {
    code: "unknown-alias",
    offset,
    message: `There is no anchor \`&${name}\` before this alias.`,
    hint: "Text that starts with `*` goes in quotes.",
  };
}

export function circularAlias(name: string, offset: number): TextFault {
  return {
    code: "circular-alias",
    offset,
    message: `\`*${name}\` stands inside of what it repeats.`,
    hint: "Remove the alias, or write the part out.",
  };
}
