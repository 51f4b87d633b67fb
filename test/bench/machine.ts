import { cpus, loadavg, release, totalmem, type } from "node:os";

/** What the figures were measured on; without it they mean nothing. */
export type Machine = Readonly<{
  processor: string;
  cores: number;
  memoryGiB: number;
  system: string;
  node: string;
  /** Of the last minute, before the first benchmark: above the number of cores, others were at work. */
  load: number;
}>;

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}
