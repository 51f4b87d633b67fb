import { createRedactor } from "../adapters/output/redactor.ts";
import { quoteLine } from "../report/clean.ts";
import { plain } from "../report/markdown.ts";

const REFERENCE = /^env:([A-Za-z_]\w*)$/;
/** What outsiders declare as secret is hidden as well, within bounds: it must not make a log unreadable. */
const LEARNT_MAX = 100;
const LEARNT_CHARS_MAX = 4_096;
const DEPTH_MAX = 32;

/** As reports write it: escaped, and with blanks drawn together. Their breaks are no matter, for they are invisible. */
const rewrite = (form: string) => {
  const line = quoteLine(`x${form}`, Number.POSITIVE_INFINITY).slice(1);
  const escaped = plain(`x${form}`, Number.POSITIVE_INFINITY).slice(1);
  const tabs = ["  ", "    "].map((blanks) => form.replaceAll("\t", blanks));
  return [line, line.replaceAll("|", "\\|"), escaped, form.replaceAll("'", "'\\''"), ...tabs];
};

// One for the process: what any part of it is given is hidden by all of them.
const declared = createRedactor(rewrite);
const learnt = createRedactor(rewrite);
let learntCount = 0;

/**
 * From here on the value, in all its usual encodings, reaches no log, report, record or output. False
 * for one that is too short to be hidden, as masking it would tear ordinary words apart.
 */
export function hideSecret(value: string): boolean {
  return declared.register(value);
}

/** For what a command's own output calls a secret: hidden where texts are shown, and of no other effect. */
export function learnSecret(value: string): void {
  if (learntCount >= LEARNT_MAX || value.length > LEARNT_CHARS_MAX) return;
  if (learnt.register(value)) learntCount += 1;
}

/** `isCut`: the text ends in the middle of something. */
export function redact(text: string, isCut = false): string {
  return learnt.redact(declared.redact(text, isCut), isCut);
}

/** Of what was declared by us or the plan: a target's word must not decide which values we keep. */
export function holdsSecret(value: string): boolean {
  return declared.redact(value) !== value;
}

/**
 * Hides the value of every variable that an `env:NAME` names, wherever in the plan or the change it
 * stands. A plan with one that is too short for that is refused when it is loaded.
 */
export function hideReferences(holder: unknown, env: Readonly<Record<string, string | undefined>>): void {
  for (const name of new Set(listNames(holder, 0))) hideSecret(env[name] ?? "");
}

function listNames(value: unknown, depth: number): string[] {
  if (typeof value === "string") return REFERENCE.exec(value)?.slice(1) ?? [];
  if (typeof value !== "object" || value === null || depth > DEPTH_MAX) return [];
  return Object.values(value).flatMap((part) => listNames(part, depth + 1));
}
