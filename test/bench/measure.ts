import { spawn } from "node:child_process";
import type { Figure } from "./benchmark.ts";

export type Program = Readonly<{
  command: string;
  args: readonly string[];
  cwd?: string;
  env?: Readonly<Record<string, string>>;
}>;

/** Runs a program to its end, its output thrown away. Throws when it fails: a failed run is no measurement. */
export async function timeProgram({ command, args, cwd, env }: Program): Promise<number> {
  const startedMs = performance.now();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors = `${errors}${chunk}`.slice(-2_000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}: ${errors}`);
  return performance.now() - startedMs;
}

/** One sample of each in turn, round after round, so that whatever else the machine does meets all of them alike. */
export async function interleave<Name extends string>(
  rounds: number,
  subjects: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, readonly number[]>> {
  const names = Object.keys(subjects) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) samples[name].push(await subjects[name]());
  }
  return samples;
}

/** By linear interpolation between the two samples around it. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? Number.NaN;
  return low + (high - low) * (position % 1);
}

export function medianOf(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/** The median with the middle half as its spread. */
export function millis(what: string, samples: readonly number[], atMost: number | null = null): Figure {
  const spread = { low: quantile(samples, 0.25), high: quantile(samples, 0.75), samples: samples.length };
  return { what, value: medianOf(samples), unit: "ms", atMost, spread };
}

export function ratio(what: string, value: number, atMost: number | null): Figure {
  return { what, value, unit: "×", atMost, spread: null };
}
