import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect } from "vitest";
import { buildLease, type LeaseRecord } from "../../../src/adapters/git/lease-record.ts";
import { type OpenedJournal, type OpenOptions, openJournal } from "../../../src/adapters/git/open-journal.ts";
import { openRepository, type RepositoryOptions } from "../../../src/adapters/git/open-repository.ts";
import type { Repository } from "../../../src/adapters/git/repository.ts";
import type { Clock } from "../../../src/ports.ts";
import type { ChangeEvent } from "../../../src/rollout/events.ts";

const folders: string[] = [];
const opened: OpenedJournal[] = [];
/** Run after the journals have been closed: what they talk to. */
export const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  // A journal that a test left open has a timer and a file of its own.
  await Promise.allSettled(opened.splice(0).map(({ journal }) => journal.close()));
  for (const cleanup of cleanups.splice(0)) await cleanup();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

export function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "change-deploy-git-")));
  folders.push(folder);
  return folder;
}

/** A user's git without the machine's settings: no name, no e-mail address. */
export const BARE_ENV = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };

export function git(cwd: string, ...args: string[]): string {
  return execFileSync("git", args, {
    cwd,
    env: BARE_ENV,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export function makeRepository(): string {
  const folder = makeFolder();
  git(folder, "init", "--quiet");
  return folder;
}

/** A bare repository, and as many clones of it as asked for. */
export function makeRemote(clones = 1): { remote: string; clones: string[] } {
  const remote = join(makeFolder(), "origin.git");
  git(tmpdir(), "init", "--quiet", "--bare", remote);
  return { remote, clones: Array.from({ length: clones }, () => makeClone(remote)) };
}

export function makeClone(url: string): string {
  const folder = makeRepository();
  git(folder, "remote", "add", "origin", url);
  return folder;
}

/** A hook for a bare repository. */
export function writeHook(remote: string, name: string, body: string): void {
  writeFileSync(join(remote, "hooks", name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

export const QUICK = { callMs: 10_000, totalMs: 3_000, firstWaitMs: 10, longestWaitMs: 100 };

export function openAt(cwd: string, options: Partial<RepositoryOptions> = {}): Promise<Repository> {
  return openRepository({ cwd, journal: null, env: BARE_ENV, patience: QUICK, ...options });
}

/** The wall clock, which a test may move. */
export class MovableClock implements Clock {
  aheadMs = 0;

  now(): number {
    return Date.now() + this.aheadMs;
  }

  async sleep(): Promise<void> {}
}

/** A process that comes after everybody's lease has run out. */
export function later(): MovableClock {
  const clock = new MovableClock();
  clock.aheadMs = 3_600_000;
  return clock;
}

export const ALICE = { actor: "alice", where: "pid 1 on a-machine" };
export const BOB = { actor: "bob", where: "pid 2 on b-machine" };

export async function open(
  repository: Repository,
  options: Partial<OpenOptions> = {},
): Promise<OpenedJournal> {
  const journal = await openJournal({
    repository,
    environment: "production",
    changeId: "CHG-1",
    holder: ALICE,
    clock: new MovableClock(),
    describe: (event) => event.kind,
    ...options,
  });
  opened.push(journal);
  return journal;
}

/** What another process does later: looks without acting. */
export async function readBack(
  cwd: string,
  options: Partial<OpenOptions> = {},
): Promise<readonly ChangeEvent[]> {
  const { events, journal } = await open(await openAt(cwd), options);
  await journal.close();
  return events;
}

const AT = "2026-11-22T10:00:00.000Z";

export const baked = (batch: number): ChangeEvent => ({ kind: "bake-started", at: AT, batch });
export const passed = (batch: number): ChangeEvent => ({ kind: "batch-passed", at: AT, batch });
export const recorded = (target: string, version = "1.0"): ChangeEvent => ({
  kind: "version-recorded",
  at: AT,
  target,
  version,
});
export const finished: ChangeEvent = {
  kind: "finished",
  at: AT,
  outcome: "succeeded",
  reasonCode: "all-updated",
  reason: "",
};

export async function expectCode(
  promise: Promise<unknown>,
  code: string,
): Promise<Error & { hint?: string }> {
  const error = await promise.then(
    () => null,
    (it) => it,
  );
  expect(error, `expected ${code}: ${error}`).toMatchObject({ name: "ChangeError", code });
  return error;
}

/** The files of a git repository are sound, whatever happened to its writers. */
export function expectSound(cwd: string): void {
  expect(git(cwd, "fsck", "--strict", "--no-dangling")).toBe("");
}

/** A process that has ended counts as gone, reaped or not. */
export function isAlive(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return /^[^Z\s]/.test(stdout.trim());
}

export const LEASE_REF = "refs/change-deploy/production/lease";

/** Leaves a lease as another process would have. */
export async function plantLease(
  repository: Repository,
  changes: Partial<LeaseRecord>,
  parent: string | null = null,
) {
  const record: LeaseRecord = {
    lease: 1,
    state: "held",
    token: 41,
    holder: BOB,
    change: "CHG-0",
    acquiredAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 600_000).toISOString(),
    process: null,
    run: null,
    session: "another",
    ...changes,
  };
  const { id, objects } = buildLease(repository.hash, record, { parent, ms: Date.now() });
  await repository.write(objects);
  await repository.update([{ ref: LEASE_REF, from: parent, to: id }]);
}
