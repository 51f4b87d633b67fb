/** One figure. `atMost` is its budget; null where it is there to compare with. */
export type Figure = Readonly<{
  what: string;
  value: number;
  unit: "bytes" | "ms" | "×" | "a second" | "requests";
  atMost: number | null;
  /** A budget from below. */
  atLeast?: number;
  /** The middle half of the samples; null for what has no spread. */
  spread: Readonly<{ low: number; high: number; samples: number }> | null;
}>;

/** What every file of this folder named in run.ts exports. */
export type Benchmark = Readonly<{
  name: string;
  /** The promise that is measured, in words. */
  budget: string;
  /** It is not among those that run when none is named. */
  onlyByName?: boolean;
  run(): Promise<readonly Figure[]>;
}>;
