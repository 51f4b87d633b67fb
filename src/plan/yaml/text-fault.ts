import { PLAN_BYTES_MAX } from "./limits.ts";

/** A problem of the text itself, before it has any structure. */
export type TextFault = Readonly<{ code: string; offset: number; message: string; hint: string }>;

/** The first thing that no plan may contain, or null. The mark at the very beginning is not part of the text. */
export function findTextFault(text: string): TextFault | null {
  if (countBytes(text) > PLAN_BYTES_MAX) return tooLarge();
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.charCodeAt(offset);
    if (isPlain(code)) continue;
    const fault = faultOf(text, offset);
    if (fault !== null) return { ...fault, offset };
  }
  return null;
}

/** Almost every character of almost every plan. */
function isPlain(code: number): boolean {
  return (code >= 0x20 && code < 0x7f) || code === 0x0a || code === 0x09;
}

function faultOf(text: string, offset: number): Omit<TextFault, "offset"> | null {
  const code = text.charCodeAt(offset);
  // Alone it ends a line for some programs and not for others: what is a remark here may be a command there.
  if (code === 0x0d) return text.charCodeAt(offset + 1) === 0x0a ? null : controlCharacter(code);
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return controlCharacter(code);
  if (code === 0xfeff) return byteOrderMark();
  if (isDirectionMark(code)) return hiddenCharacter(code);
  if (isLoneSurrogate(text, offset)) return invalidText();
  return null;
}

/** They show a reviewer other text than the shell is given. */
export function isDirectionMark(code: number): boolean {
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

function isLoneSurrogate(text: string, offset: number): boolean {
  const code = text.charCodeAt(offset);
  if (code < 0xd800 || code > 0xdfff) return false;
  const isHigh = code < 0xdc00;
  const partner = text.charCodeAt(isHigh ? offset + 1 : offset - 1);
  return isHigh ? !(partner >= 0xdc00 && partner <= 0xdfff) : !(partner >= 0xd800 && partner < 0xdc00);
}

/** UTF-8, counted without a copy of the text. */
function countBytes(text: string): number {
  if (text.length > PLAN_BYTES_MAX) return text.length;
  let bytes = 0;
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.charCodeAt(offset);
    // Half of a pair counts two, so that the pair counts its four.
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}

export function tooLarge(): TextFault {
  return {
    code: "plan-too-large",
    offset: 0,
    message: `The plan is larger than ${PLAN_BYTES_MAX / 1024} KiB.`,
    hint: "Keep scripts and lists of hosts in files of their own, and name them in the plan.",
  };
}

function controlCharacter(code: number): Omit<TextFault, "offset"> {
  return {
    code: "control-character",
    message: `The plan contains a control character (${printCode(code)}).`,
    hint: "Remove it; a plan is plain text.",
  };
}

function byteOrderMark(): Omit<TextFault, "offset"> {
  return {
    code: "byte-order-mark",
    message: "There is a byte-order mark in the middle of the plan.",
    hint: "Remove the invisible character (U+FEFF); it often comes from joining two files.",
  };
}

function hiddenCharacter(code: number): Omit<TextFault, "offset"> {
  return {
    code: "hidden-character",
    message: `The plan contains an invisible character that reorders text (${printCode(code)}).`,
    hint: "Remove it: what people review must be what runs.",
  };
}

function invalidText(): Omit<TextFault, "offset"> {
  return {
    code: "invalid-text",
    message: "The plan contains half of a character.",
    hint: "Save the file as UTF-8.",
  };
}

function printCode(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}
