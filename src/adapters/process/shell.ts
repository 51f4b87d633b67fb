import type { Readable } from "node:stream";
import type { CommandCall } from "../../ports.ts";

export type Exit = Readonly<{ code: number | null; signal: string | null }>;

/** A started script: the leader of a process group of its own. */
export type Shell = Readonly<{
  leader: number;
  stdout: Readable;
  stderr: Readable;
  /** An error says that nothing was started after all. */
  exit: Promise<Exit | Error>;
  /** Both outputs have come to their end: nobody holds them open any more. */
  closed: Promise<void>;
}>;

/** How a call's script is to be started. Rejects when nothing was started. */
export type Launch = (call: CommandCall, receipt: string | null) => Promise<Shell>;

export type Place = Readonly<{ workDir: string; env: Readonly<Record<string, string>> }>;
