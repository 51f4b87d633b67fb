import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, expect, vi } from "vitest";
import { createRedactor } from "../../../src/adapters/output/redactor.ts";
import { sanitiseLine } from "../../../src/adapters/output/sanitise.ts";
import { collectOutput } from "../../../src/adapters/process/collect-output.ts";
import type { Links } from "../../../src/adapters/ssh/links.ts";
import { targetCommands } from "../../../src/adapters/ssh/target-commands.ts";
import type { Target } from "../../../src/plan/change.ts";
import type { CommandCall } from "../../../src/ports.ts";
import { killIfThere } from "../../fakes/kill-if-there.ts";

export const never = new AbortController().signal;
export const web1: Target = { name: "web-1", host: "web-1.test", zone: null };

export const folder = mkdtempSync(path.join(os.tmpdir(), "ssh-test-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The process ids of everything that was started with this home and still lives. */
function processesAt(home: string): string[] {
  return readdirSync("/proc").filter(
    (pid) => /^\d+$/.test(pid) && read(`/proc/${pid}/environ`).includes(`HOME=${home}\0`),
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

export type Shell = readonly [name: string, program: string, args: readonly string[], argv0: string];

const ALL_SHELLS: readonly Shell[] = [
  ["the system's sh", "/bin/sh", [], "sh"],
  ["dash", "dash", [], "sh"],
  ["bash as sh", "bash", [], "sh"],
  ["busybox", "busybox", ["sh"], "busybox"],
];

/** Those of them that this machine has; the others are named, so that nobody takes them for tested. */
export const SHELLS = ALL_SHELLS.filter(([name, program]) => {
  try {
    const found = execFileSync("sh", ["-c", 'command -v "$1"', "sh", program], { encoding: "utf8" }).trim();
    return name !== "the system's sh" || !/\/(dash|bash)$/.test(realpathSync(found));
  } catch {
    process.stdout.write(`not tested with ${name}: there is no ${program} here\n`);
    return false;
  }
});

/** A target that is a home folder here: each link's shell leads a session of its own, as behind sshd. */
export function localLinks([, program, args, argv0]: Shell, home = path.join(folder, randomUUID())) {
  mkdirSync(home, { recursive: true });
  const children: ChildProcessWithoutNullStreams[] = [];
  /** What is broken on the way, if anything. */
  const faults = { down: null as string | null };
  const links: Links = {
    async acquire() {
      if (faults.down !== null) return { failed: faults.down };
      return {
        spawn() {
          const env = { PATH: process.env.PATH, HOME: home, TMPDIR: home };
          const child = spawn(program, args, { cwd: home, env, argv0, detached: true, stdio: "pipe" });
          children.push(child);
          return child;
        },
        release() {},
      };
    },
    async end() {},
    kill() {},
  };
  /** Everything that was started here is gone, or is by the end of a moment. */
  const isQuiet = () =>
    vi.waitFor(() => expect(processesAt(home).map((pid) => read(`/proc/${pid}/cmdline`))).toEqual([]), {
      timeout: 10_000,
      interval: 50,
    });
  /** Of what a dying shell has just forked, or is turning into another program, one look alone shows nothing. */
  const killAll = async () => {
    for (let empty = 0; empty < 2; await setTimeout(10)) {
      const left = processesAt(home);
      for (const pid of left) killIfThere(Number(pid));
      empty = left.length === 0 ? empty + 1 : 0;
    }
  };
  return { links, home, children, faults, isQuiet, killAll };
}

export function commandsOn(
  { links }: Pick<ReturnType<typeof localLinks>, "links">,
  more: Partial<{ fencingToken: number; change: string; graceMs: number; reachMs: number }> = {},
) {
  const lines: string[] = [];
  const output = { line: (label: string, text: string) => void lines.push(`${label}: ${text}`) };
  const rules = { output, sanitise: sanitiseLine, redact: createRedactor().redact };
  const { fencingToken = 1, change = "CHG-1", graceMs = 300, reachMs = 30_000 } = more;
  const commands = targetCommands({
    links,
    authority: { environment: "production", change, fencingToken },
    collect: (label) => collectOutput(rules, label),
    sanitise: sanitiseLine,
    graceMs,
    reachMs,
  });
  return { commands, lines };
}

export function call(script: string, more: Partial<CommandCall> = {}): CommandCall {
  return {
    id: null,
    target: web1,
    on: "targets",
    script,
    env: {},
    timeoutMs: 20_000,
    label: "web-1",
    ...more,
  };
}
