import { readFileSync } from "node:fs";
import { listFiles } from "./tree.ts";

/** `code: "x"`, `code ?? "x"`, and `code: isThat ? "x" : "y"`. */
const STATED = /\bcode(?::|\s*\?\?)\s*(?:[\w.]+\s*\?\s*)?"([a-z]+(?:-[a-z]+)*)"(?:\s*:\s*"([a-z-]+)")?/g;
/** `return "x"` and `return small ? "x" : "y"`, in the functions that choose a code. */
const CHOSEN = /^function \w*[cC]ode\w*\(.*\n([\s\S]*?)^}/gm;
const RETURNED = /"([a-z]+(?:-[a-z]+)+)"/g;
/** `unclosed-${what}`, where a type says what there can be. */
const COMPOSED = /what: "(\w+)" \| "(\w+)"[\s\S]*?code: `([a-z]+-)\$\{what\}`/g;

/** Every code that a problem of a plan can have, as the sources write it. */
export function findPlanCodes(): ReadonlySet<string> {
  return new Set(sources().flatMap(codesIn));
}

/** Those that `validate` lets pass. */
export function findWarningCodes(): ReadonlySet<string> {
  const found = sources().flatMap((text) => [...text.matchAll(/code: "([a-z-]+)",\s*severity: "warning"/g)]);
  return new Set(found.map(([, code]) => code ?? ""));
}

function sources(): string[] {
  return listFiles("src/plan/**", "src/compose/**").map((file) => readFileSync(file, "utf8"));
}

function codesIn(text: string): string[] {
  const stated = [...text.matchAll(STATED)].flatMap(([, one, other]) => [one, other]);
  const chosen = [...text.matchAll(CHOSEN)].flatMap(([, body]) =>
    [...(body ?? "").matchAll(RETURNED)].map(([, code]) => code),
  );
  const composed = [...text.matchAll(COMPOSED)].flatMap(([, one, other, start]) => [
    `${start}${one}`,
    `${start}${other}`,
  ]);
  return [...stated, ...chosen, ...composed].filter((code) => code !== undefined);
}
