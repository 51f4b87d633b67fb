import type { Backup } from "../plan/change.ts";
import type { CommandCall, CommandResult } from "../ports.ts";
import type { Fact } from "../rollout/decide.ts";
import { findBackup } from "../rollout/steps-of.ts";
import { describeEnding } from "./describe-ending.ts";
import type { Effects } from "./effects.ts";
import { stepEnvironment } from "./environment.ts";
import { withTail } from "./step-effects.ts";

/** Made, hashed, verified, kept: the first that fails ends it. null: it was cancelled, so nothing is known. */
export async function makeBackup(name: string, effects: Effects): Promise<Fact | null> {
  const { state, ports, signal } = effects;
  const backup = findBackup(state, name);
  const started = state.progress.backups.get(name);
  const file = started?.kind === "started" ? started.file : ports.files.place(state, name);
  const failed = (detail: string) =>
    signal.aborted ? null : ({ kind: "backup-failed", backup: name, detail } as const);

  const made = await runFor(backup, { what: "run", file }, effects);
  if (made !== null) return failed(made);
  const hash = await ports.files.hash(file, signal);
  if (hash === null) return failed("the command has made no file at BACKUP_FILE, or an empty one");
  const unverified = await runFor(backup, { what: "verify", file }, effects);
  if (unverified !== null) return failed(unverified);
  const unkept = await runFor(backup, { what: "keep", file }, effects);
  if (unkept !== null) return failed(unkept);
  if (signal.aborted) return null;
  return { kind: "backup-made", backup: name, file, ...hash, kept: backup.keep !== null };
}

/** The last look before the first touch. */
export async function confirmBackups(effects: Effects): Promise<Fact | null> {
  for (const { name } of effects.state.change.backups) {
    const ready = await readyBackup(name, effects);
    if (effects.signal.aborted) return null;
    if (!ready.ok) return { kind: "backups-confirmed", ok: false, detail: ready.detail };
  }
  return { kind: "backups-confirmed", ok: true, detail: "every backup is what was verified" };
}

type Ready = Readonly<{ ok: true; file: string }> | Readonly<{ ok: false; detail: string }>;

/** The backup's file on this machine, fetched where another one made it, and proven to be what was verified. */
export async function readyBackup(name: string, effects: Effects): Promise<Ready> {
  const { state, ports, signal } = effects;
  const backup = findBackup(state, name);
  const made = state.progress.backups.get(name);
  if (made?.kind !== "made") return { ok: false, detail: `backup "${name}" was never made` };
  const here = await ports.files.hash(made.file, signal);
  if (here?.sha256 === made.sha256) return { ok: true, file: made.file };
  if (backup.fetch === null) return { ok: false, detail: `backup "${name}" ${lostWords(here)}` };
  const file = ports.files.place(state, name);
  const unfetched = await runFor(backup, { what: "fetch", file }, effects);
  if (unfetched !== null) return { ok: false, detail: `backup "${name}": ${unfetched}` };
  const fetched = await ports.files.hash(file, signal);
  if (fetched?.sha256 === made.sha256) return { ok: true, file };
  return { ok: false, detail: `backup "${name}" as fetched ${lostWords(fetched)}` };
}

function lostWords(hash: object | null): string {
  return hash === null ? "is not on this machine" : "is not the file that was verified: its SHA-256 differs";
}

type Part = Readonly<{ what: "run" | "verify" | "keep" | "fetch"; file: string }>;

/** null: it went well, or there is no such command. */
async function runFor(backup: Backup, { what, file }: Part, effects: Effects): Promise<string | null> {
  const script = backup[what];
  if (script === null) return null;
  const { state, ports, signal } = effects;
  const call: CommandCall = {
    id: null,
    target: null,
    on: "runner",
    script,
    env: { ...stepEnvironment(state, null), BACKUP_FILE: file },
    timeoutMs: backup.timeoutMs,
    label: `backup ${backup.name}`,
  };
  return failureOf(what, await ports.commands.run(call, signal));
}

function failureOf(what: string, { ending, tail }: CommandResult): string | null {
  if (ending.kind === "exited" && ending.code === 0) return null;
  const how = describeEnding(ending);
  return withTail(`\`${what}\` failed: ${how}`, tail);
}
