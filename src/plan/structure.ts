import type * as z from "zod";
import type { Finding } from "./finding.ts";
import { findNearest } from "./nearest.ts";
import { type PlanPath, printPath } from "./path.ts";
import { fieldOf, keysOf, schemaAt } from "./schema/lookup.ts";
import { PlanDocument } from "./schema/plan.ts";
import { describeWrongValue } from "./wrong-value.ts";

/** A mapping with more unknown keys than this is not meant for this place. */
const UNKNOWN_KEYS_MAX = 100;

export type StructureIssue = z.core.$ZodIssue;

/** What the schema found, in the author's words: one finding per thing to mend. */
export function describeStructure(issues: readonly StructureIssue[], root: object): Finding[] {
  const meant = new Meant();
  const unknown = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? describeUnknown(issue, meant) : [],
  );
  const others = issues.flatMap((issue) => describeOther(issue, meant, root));
  return [...unknown, ...others];
}

/** Keys that an unknown one was probably meant to be: that they are missing is the same mistake. */
class Meant {
  readonly #keys = new Set<string>();

  add(owner: PlanPath, key: string): void {
    this.#keys.add(printPath([...owner, key]));
  }

  has(owner: PlanPath, key: string): boolean {
    return this.#keys.has(printPath([...owner, key]));
  }
}

function describeUnknown(issue: z.core.$ZodIssueUnrecognizedKeys, meant: Meant): Finding[] {
  const path = toPlanPath(issue.path);
  const valid = keysOf(schemaAt(PlanDocument, path));
  const where = path.length === 0 ? "the plan" : `\`${printPath(path)}\``;
  return issue.keys.slice(0, UNKNOWN_KEYS_MAX).map((key) => {
    const nearest = findNearest(key, valid);
    if (nearest !== null) meant.add(path, nearest);
    return {
      code: "unknown-key",
      path: [...path, key],
      point: "owner",
      message: `\`${shorten(key)}\` is not a key of ${where}.`,
      hint: nearest === null ? `Its keys are ${valid.join(", ")}.` : `Write \`${nearest}\`, or remove it.`,
    };
  });
}

function describeOther(issue: StructureIssue, meant: Meant, root: object): Finding[] {
  const path = toPlanPath(issue.path);
  if (issue.code === "unrecognized_keys") return [];
  if (issue.code === "custom" && issue.params?.rule === "exactly-one-of") {
    return describeChoice(issue.params.keys, { path, value: valueAt(root, path) }, meant);
  }
  if (issue.input !== undefined) return [describeWrongValue(issue, path)];
  return describeMissing(path, meant);
}

function describeMissing(path: PlanPath, meant: Meant): Finding[] {
  const owner = path.slice(0, -1);
  const key = String(path.at(-1) ?? "");
  if (meant.has(owner, key)) return [];
  const description = describe(owner, key);
  return [
    {
      code: "missing-key",
      path,
      point: "owner",
      message:
        owner.length === 0 ? `The plan has no \`${key}\`.` : `\`${printPath(owner)}\` has no \`${key}\`.`,
      hint: `Add \`${key}\`${description === undefined ? "." : `: ${description}`}`,
    },
  ];
}

function describe(owner: PlanPath, key: string): string | undefined {
  const field = fieldOf(schemaAt(PlanDocument, owner), key);
  return field === null ? undefined : (field as z.ZodType).description;
}

type Found = Readonly<{ path: PlanPath; value: object }>;

function describeChoice(keys: readonly string[], { path, value }: Found, meant: Meant): Finding[] {
  const present = Object.keys(value).filter((key) => keys.includes(key));
  if (present.length === 0 && keys.some((key) => meant.has(path, key))) return [];
  const second = present[1];
  return [
    {
      code: "exactly-one",
      path: second === undefined ? path : [...path, second],
      point: "owner",
      message: `\`${printPath(path)}\` needs exactly one of ${keys.join(", ")}, and has ${present.join(" and ") || "none"}.`,
      hint: second === undefined ? `Add one of ${keys.join(", ")}.` : `Keep one of ${present.join(", ")}.`,
    },
  ];
}

function valueAt(root: object, path: PlanPath): object {
  return path.reduce<object>(
    (value, segment) => (value as Record<string | number, object>)[segment] ?? {},
    root,
  );
}

export function toPlanPath(path: readonly PropertyKey[]): PlanPath {
  return path.map((segment) => (typeof segment === "number" ? segment : String(segment)));
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
