import { createHash } from "node:crypto";
import type { CommandCall } from "../../ports.ts";
import { quoteWord } from "../../quote-word.ts";
import { PROBE_SHELL } from "./probe-shell.ts";
import { RUN_SHELL } from "./run-shell.ts";
import { COMMON_SHELL } from "./target-shell.ts";

const READABLE_CHARS = 80;
const HASH_CHARS = 32;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** The watchdog on the target acts only where we could not: we are a little earlier. */
const WATCHDOG_LATER_S = 5;

/** Whose receipts these are, and how new our right to act is. */
export type Authority = Readonly<{
  environment: string;
  change: string;
  /** Only grows within an environment: a target refuses whoever comes with less than it has seen. */
  fencingToken: number;
}>;

export type Leader = Readonly<{ pid: string; born: string }>;

/** null when the call can be sent; otherwise why no shell could take it. */
export function findUnsendable({ script, env }: CommandCall): string | null {
  if ([script, ...Object.values(env)].some((text) => text.includes("\0"))) {
    return "a zero byte in script or environment";
  }
  const odd = Object.keys(env).find((name) => !NAME.test(name));
  return odd === undefined ? null : `no shell has a variable called ${JSON.stringify(odd)}`;
}

export function runProgram(
  call: CommandCall,
  { frame, graceMs, authority }: { frame: string; graceMs: number; authority: Authority },
): string {
  const exports = Object.entries(call.env).map(([name, value]) => `export ${name}=${quoteWord(value)}`);
  return program(RUN_SHELL, {
    values: {
      ...common(frame, authority),
      id: receiptName(call.id),
      limit: seconds(call.timeoutMs) + WATCHDOG_LATER_S,
      grace: seconds(graceMs),
      text: call.script,
    },
    extra: ["_cd_export() {", ":", ...exports, "}"],
    call: "_cd_run",
  });
}

/** A limit of 0 ends a run that is still alive. */
export function probeProgram(
  id: string,
  rules: { frame: string; limitMs: number; graceMs: number; authority: Authority },
): string {
  const { frame, limitMs, graceMs, authority } = rules;
  return program(PROBE_SHELL, {
    values: {
      ...common(frame, authority),
      id: receiptName(id),
      limit: seconds(limitMs),
      tenths: tenths(graceMs),
    },
    call: "_cd_probe",
  });
}

export function stopProgram({ pid, born }: Leader, rules: { frame: string; graceMs: number }): string {
  return program(PROBE_SHELL, {
    values: { frame: rules.frame, leader: pid, born, tenths: tenths(rules.graceMs) },
    call: "_cd_stop",
  });
}

export function cleanProgram(rules: { frame: string; authority: Authority }): string {
  return program(PROBE_SHELL, {
    values: { ...common(rules.frame, rules.authority), id: "" },
    call: "_cd_clean",
  });
}

/** The same for everybody who asks about a run; for people who look into the folder, too. */
export function receiptName(id: string | null): string {
  if (id === null) return "";
  return `${id.slice(0, READABLE_CHARS).replaceAll(/[^A-Za-z0-9-]/g, "_")}-${hash(id)}`;
}

function common(frame: string, { environment, change, fencingToken }: Authority) {
  return {
    frame,
    change: hash(`${environment}/${change}`),
    environment: `environment-${hash(environment)}`,
    token: fencingToken,
  };
}

function program(
  functions: string,
  parts: { values: Record<string, string | number>; extra?: readonly string[]; call: string },
): string {
  const values = Object.entries(parts.values).map(
    ([name, value]) => `_cd_${name}=${quoteWord(String(value))}`,
  );
  return [COMMON_SHELL, functions, ...values, ...(parts.extra ?? []), parts.call, ""].join("\n");
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1_000);
}

function tenths(ms: number): number {
  return Math.ceil(ms / 100);
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, HASH_CHARS);
}
