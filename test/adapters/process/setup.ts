import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, vi } from "vitest";
import { createRedactor } from "../../../src/adapters/output/redactor.ts";
import { sanitiseLine } from "../../../src/adapters/output/sanitise.ts";
import { type LocalCommandsOptions, localCommands } from "../../../src/adapters/process/local-commands.ts";
import type { CommandCall } from "../../../src/ports.ts";

/** In the environment of everything that a test file starts, so that what it leaves behind is found. */
const MARK = `MARK_${randomUUID().replaceAll("-", "")}`;
export const env = { ...process.env, [MARK]: "1" };
export const never = new AbortController().signal;

export const folder = mkdtempSync(path.join(os.tmpdir(), "process-test-"));

afterAll(async () => {
  await vi.waitFor(() => expect(leftovers()).toEqual([]), { timeout: 5_000 });
  rmSync(folder, { recursive: true, force: true });
});

/** The command lines of every process that this test file started and that still lives. */
export function leftovers(): string[] {
  return marked().map((pid) => read(`/proc/${pid}/cmdline`).replaceAll("\0", " "));
}

/** For the tests in which something stays behind on purpose. */
export function endLeftovers(): void {
  for (const pid of marked()) process.kill(Number(pid), "SIGKILL");
}

function marked(): string[] {
  return readdirSync("/proc").filter(
    (pid) => /^\d+$/.test(pid) && read(`/proc/${pid}/environ`).includes(MARK),
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

export function commandsIn(options: Partial<LocalCommandsOptions> = {}) {
  const lines: string[] = [];
  const redactor = createRedactor();
  const receipts = options.receiptsFolder ?? path.join(folder, randomUUID());
  const commands = localCommands({
    workDir: folder,
    receiptsFolder: receipts,
    env,
    output: { line: (label, text) => void lines.push(`${label}: ${text}`) },
    sanitise: sanitiseLine,
    redact: redactor.redact,
    graceMs: 300,
    ...options,
  });
  return { commands, lines, redactor, receipts };
}

export function call(script: string, more: Partial<CommandCall> = {}): CommandCall {
  return {
    id: null,
    target: null,
    on: "runner",
    script,
    env: {},
    timeoutMs: 20_000,
    label: "web-1",
    ...more,
  };
}

/** Every way in which a script is started: they have to be indistinguishable. */
export const WAYS = [
  ["without a receipt", { newId: () => null, directRuns: 0 }],
  ["with a receipt", { newId: () => randomUUID(), directRuns: 1_000 }],
  ["by a fork server", { newId: () => randomUUID(), directRuns: 0 }],
] as const;
