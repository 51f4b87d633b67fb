import { createRedactor } from "../adapters/output/redactor.ts";
import { sanitiseLine } from "../adapters/output/sanitise.ts";
import { type Captured, captureCommand } from "../adapters/process/capture-command.ts";
import { unreachable } from "../errors.ts";
import { HOSTS_FILE_CHARS_MAX } from "../plan/hosts-file.ts";
import { onEnding } from "./on-ending.ts";

export type Listing = Readonly<{ ok: true; text: string }> | Readonly<{ ok: false; why: string }>;
export type ListTargets = (
  command: Readonly<{ script: string; env: Readonly<Record<string, string>> }>,
) => Promise<Listing>;

const LIST_MS_MAX = 60_000;
const WHY_CHARS_MAX = 200;

type Place = Readonly<{ cwd: string; secrets: readonly string[] }>;

/** Runs the command of `targets.run` on this machine; it is killed with our process, and on a signal. */
export function targetLister({ cwd, secrets }: Place): ListTargets {
  const redactor = createRedactor();
  for (const secret of secrets) redactor.register(secret);
  const rules = { sanitise: sanitiseLine, redact: redactor.redact, output: { line: () => {} } };
  const limits = { timeoutMs: LIST_MS_MAX, bytesMax: HOSTS_FILE_CHARS_MAX };
  return async ({ script, env }) => {
    const ending = onEnding();
    try {
      const capture = ending.watch(captureCommand({ ...rules, ...limits, workDir: cwd, env: process.env }));
      return readCaptured(await capture.run(script, env, ending.cancel));
    } finally {
      ending.release();
    }
  };
}

function readCaptured({ ending, bytes, tail }: Captured): Listing {
  if (bytes === null) return { ok: false, why: "printed more than 16 MiB" };
  if (ending.kind !== "exited" || ending.code !== 0) return { ok: false, why: wordsOf(ending, tail) };
  try {
    return { ok: true, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { ok: false, why: "printed what is not UTF-8 text" };
  }
}

function wordsOf(ending: Captured["ending"], tail: string): string {
  switch (ending.kind) {
    case "exited":
      return `ended with exit code ${ending.code}${lastWords(tail)}`;
    case "signalled":
      return `was ended by ${ending.signal}${lastWords(tail)}`;
    case "timed-out":
      return `took more than ${LIST_MS_MAX / 1_000} seconds${lastWords(tail)}`;
    case "cancelled":
      return "was ended, because the run was cancelled";
    case "not-started":
    case "lost":
      return `could not be run: ${ending.reason}`;
    default:
      return unreachable(ending);
  }
}

function lastWords(tail: string): string {
  const last = tail.trimEnd().split("\n").at(-1)?.trim() ?? "";
  return last === "" ? "" : `; it said ${JSON.stringify(last.slice(0, WHY_CHARS_MAX))}`;
}
