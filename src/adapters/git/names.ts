import { ChangeError } from "../../errors.ts";

export const DEFAULT_PREFIX = "refs/change-deploy";

/** Bytes of one part of a reference: it is a file name, and git adds `.lock`. */
const PART_BYTES_MAX = 200;
const NAME_BYTES_MAX = 2_000;
const CONTINUED = "%";

/** The references of one change. Every name stays below the prefix, whatever characters it has. */
export function changeRef(prefix: string, environment: string, changeId: string): string {
  return `${changesPrefix(prefix, environment)}${encodeName(changeId)}`;
}

export function changesPrefix(prefix: string, environment: string): string {
  return `${checkPrefix(prefix)}/${encodeName(environment)}/changes/`;
}

/** Says that a schedule has started the change: see `claimStart`. */
export function startedRef(prefix: string, environment: string, changeId: string): string {
  return `${checkPrefix(prefix)}/${encodeName(environment)}/started/${encodeName(changeId)}`;
}

export function leaseRef(prefix: string, environment: string): string {
  return `${checkPrefix(prefix)}/${encodeName(environment)}/lease`;
}

/** The environment whose lease this is, or null. */
export function parseLeaseRef(prefix: string, ref: string): string | null {
  if (!ref.startsWith(`${prefix}/`) || !ref.endsWith("/lease")) return null;
  const environment = decodeName(ref.slice(prefix.length + 1, -"/lease".length));
  // A change may be called `lease` as well: its reference has more parts, which no environment's name gives.
  return environment !== null && leaseRef(prefix, environment) === ref ? environment : null;
}

/** The reverse of changeRef; null for a reference that it never makes. */
export function parseChangeRef(
  prefix: string,
  ref: string,
): { environment: string; changeId: string } | null {
  if (!ref.startsWith(`${prefix}/`)) return null;
  const rest = ref.slice(prefix.length + 1);
  const middle = rest.indexOf("/changes/");
  if (middle < 1) return null;
  const environment = decodeName(rest.slice(0, middle));
  const changeId = decodeName(rest.slice(middle + "/changes/".length));
  return environment === null || changeId === null ? null : { environment, changeId };
}

/**
 * Any text as a part of a reference, and of a path: letters, digits and `-_.+` as they are, the rest as
 * `%XX`. A long name goes on in a further part after `%/`, which no other name produces.
 */
export function encodeName(name: string): string {
  const bytes = Buffer.byteLength(name);
  if (name === "" || bytes > NAME_BYTES_MAX || /\p{Surrogate}/u.test(name)) {
    throw new ChangeError("INPUT_INVALID", `${JSON.stringify(name.slice(0, 80))} cannot name a journal.`, {
      hint: `Use a name of 1 to ${NAME_BYTES_MAX} bytes of valid Unicode.`,
    });
  }
  const parts: string[] = [""];
  const characters = [...name];
  for (const [index, character] of characters.entries()) {
    const part = parts.at(-1) ?? "";
    const code = encodeCharacter(character, part, characters.slice(index + 1, index + 6).join(""));
    if (Buffer.byteLength(part) + Buffer.byteLength(code) <= PART_BYTES_MAX)
      parts[parts.length - 1] = part + code;
    else parts.push(encodeCharacter(character, "", ""));
  }
  return parts.join(`${CONTINUED}/`);
}

export function decodeName(code: string): string | null {
  try {
    return decodeURIComponent(code.replaceAll(`${CONTINUED}/`, ""));
  } catch {
    return null;
  }
}

function encodeCharacter(character: string, before: string, after: string): string {
  if (character === ".") return isPlainDot(before, after) ? "." : "%2E";
  if (/^[\p{L}\p{N}\p{M}_+-]$/u.test(character)) return character;
  return encodeURIComponent(character).replace(
    /^[^%]$/,
    (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** git refuses a part that begins or ends with a dot, has two in a row, or ends in `.lock`. */
function isPlainDot(before: string, after: string): boolean {
  return before !== "" && !before.endsWith(".") && after !== "" && !after.startsWith(".") && after !== "lock";
}

/** The same rules as `git check-ref-format`, without asking it. */
function checkPrefix(prefix: string): string {
  const parts = prefix.split("/");
  const valid =
    parts.length >= 2 &&
    parts[0] === "refs" &&
    parts.every((part) => /^[A-Za-z0-9_+-][A-Za-z0-9_.+-]*$/.test(part) && !/\.\.|\.$|\.lock$/.test(part));
  if (valid) return prefix;
  throw new ChangeError("INPUT_INVALID", `${JSON.stringify(prefix)} is not a prefix for references.`, {
    hint: `Use something like ${DEFAULT_PREFIX} or refs/heads/change-deploy.`,
  });
}
