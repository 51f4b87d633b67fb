import type { Target } from "./change.ts";

/** Everything that an approval covers. `plan` is the parsed plan: comments and formatting are gone. */
export type DigestParts = Readonly<{
  plan: unknown;
  /** In the order of the rollout, which is part of what is approved. */
  targets: readonly Target[];
  version: string;
  commit: string | null;
  environment: string;
  actionVersion: string;
}>;

/** Part of what is hashed: a different way to hash must never give an old digest by chance. */
const DIGEST_FORMAT = 1;
/** Deeper than any plan may nest; it also ends a value that contains itself. */
const DEPTH_MAX = 100;

/** Equal for equal meaning, whatever the order of keys; different for any difference. */
export function changeDigest(parts: DigestParts, sha256: (text: string) => string): string {
  const { plan, version, commit, environment, actionVersion } = parts;
  const targets = parts.targets.map(({ name, host, zone }) => ({ name, host, zone }));
  return sha256(
    canonicalText({ format: DIGEST_FORMAT, plan, targets, version, commit, environment, actionVersion }),
  );
}

/**
 * JSON with its keys sorted and no space: two values have the same text only if they are equal.
 * Throws a TypeError for what JSON would drop or change (undefined, NaN, functions, dates, …).
 */
export function canonicalText(value: unknown): string {
  return writeValue(value, 0);
}

function writeValue(value: unknown, depth: number): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return writeNumber(value);
  if (typeof value !== "object") throw new TypeError(`A ${typeof value} has no canonical text.`);
  if (depth >= DEPTH_MAX) throw new TypeError("The value nests too deeply for a canonical text.");
  if (Array.isArray(value)) return `[${writeItems(value, depth + 1)}]`;
  return writeObject(value, depth + 1);
}

function writeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`${value} has no canonical text.`);
  return JSON.stringify(value);
}

/** `Array.from` visits holes too, and a hole is refused like any other undefined. */
function writeItems(items: readonly unknown[], depth: number): string {
  return Array.from(items, (item) => writeValue(item, depth)).join(",");
}

function writeObject(value: object, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError("Only plain objects have a canonical text.");
  }
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${writeValue(item, depth)}`).join(",")}}`;
}
