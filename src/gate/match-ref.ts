import type { RefPattern, RefPolicy } from "./approval-facts.ts";

/** A branch or a tag by its name; null for anything else, such as the merge ref of a pull request. */
export function readRef(ref: string): RefPattern | null {
  const match = /^refs\/(heads|tags)\/(.+)$/u.exec(ref);
  if (match === null) return null;
  return { type: match[1] === "heads" ? "branch" : "tag", pattern: match[2] ?? "" };
}

/** Whether an environment lets this ref deploy, as GitHub's own rule says. A pattern it cannot read matches nothing. */
export function isRefAllowed(ref: string, policy: RefPolicy): boolean {
  const own = readRef(ref);
  if (own === null) return false;
  if (policy.kind === "any") return true;
  if (policy.kind === "protected") return own.type === "branch" && policy.refIsProtected;
  return policy.patterns.some(({ pattern, type }) => type === own.type && matchName(pattern, own.pattern));
}

const CHARS_MAX = 255;

/** `*` and `?` stop at a slash; `**` before a slash does not. Time grows with the product of the lengths. */
export function matchName(pattern: string, name: string): boolean {
  if (pattern.length > CHARS_MAX || name.length > CHARS_MAX || /[[\]{}\\]/u.test(pattern)) {
    return pattern === name;
  }
  const tokens = pattern.match(/\*\*\/|\*+|[^*]/gu) ?? [];
  // reachable[i]: the tokens so far can stand for the first i characters of the name.
  let reachable = Array.from({ length: name.length + 1 }, (_, index) => index === 0);
  for (const token of tokens) reachable = advance(token, reachable, name);
  return reachable[name.length] === true;
}

function advance(token: string, before: readonly boolean[], name: string): boolean[] {
  const after = before.map(() => false);
  let open = false;
  for (let index = 0; index <= name.length; index++) {
    const char = name[index - 1];
    if (token === "**/") {
      open ||= before[index - 1] === true;
      after[index] = before[index] === true || (open && char === "/");
    } else if (token.startsWith("*")) {
      after[index] = before[index] === true || (char !== "/" && after[index - 1] === true);
    } else {
      after[index] = before[index - 1] === true && (token === "?" ? char !== "/" : token === char);
    }
  }
  return after;
}
