import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Figure } from "./benchmark.ts";
import { interleave, millis, quantile } from "./measure.ts";
import { spendOn } from "./plan-process.ts";

const ROUNDS = 7;
const TARGETS = 100_000;
const MS_MAX = 3_000;
const BYTES_MAX = 512 * 1_024 * 1_024;

export const name = "plan";
export const budget = "validating, and explaining, a plan of 100,000 targets: 3 s and 512 MiB at most";

/** What is measured, by the arguments of the command line; `isLarge` has the budget. */
const SUBJECTS = {
  "validate, 10 targets": { args: ["validate", "small.yml"], isLarge: false },
  "validate, a range of 100,000": { args: ["validate", "range.yml"], isLarge: true },
  "validate, a file of 100,000": { args: ["validate", "file.yml"], isLarge: true },
  "explain, a range of 100,000": { args: ["explain", "range.yml"], isLarge: true },
  "explain --json, 100,000 batches": { args: ["explain", "single.yml", "--json"], isLarge: true },
} as const;
type Subject = keyof typeof SUBJECTS;

export async function run(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "change-deploy-bench-"));
  try {
    await writePlans(folder);
    return await measureIn(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureIn(folder: string): Promise<readonly Figure[]> {
  const names = Object.keys(SUBJECTS) as Subject[];
  const peaks = new Map<Subject, number[]>(names.map((subject) => [subject, []]));
  const measure = (subject: Subject) => async () => {
    const { ms, peakBytes } = await spendOn([path.resolve("dist/cli.js"), ...SUBJECTS[subject].args], folder);
    peaks.get(subject)?.push(peakBytes);
    return ms;
  };
  const subjects = Object.fromEntries(names.map((subject) => [subject, measure(subject)]));
  const samples = await interleave(ROUNDS, subjects as Record<Subject, () => Promise<number>>);
  return names.flatMap((subject) => {
    const { isLarge } = SUBJECTS[subject];
    return [
      millis(subject, samples[subject], isLarge ? MS_MAX : null),
      peak("… its memory at most", peaks.get(subject) ?? [], isLarge ? BYTES_MAX : null),
    ];
  });
}

/** The largest: what a runner must have room for. */
function peak(what: string, samples: readonly number[], atMost: number | null): Figure {
  const spread = { low: quantile(samples, 0.25), high: quantile(samples, 0.75), samples: samples.length };
  return { what, value: Math.max(...samples), unit: "bytes", atMost, spread };
}

async function writePlans(folder: string): Promise<void> {
  const range = (count: number) =>
    `hosts: [{ name: "web-[1:${count}]", host: "web-[1:${count}].example.com" }]`;
  const files = {
    "small.yml": writePlan(range(10), "[1, 10%]"),
    "range.yml": writePlan(range(TARGETS), "[1, 10%]"),
    // In no window there is time for so many batches.
    "single.yml": writePlan(range(TARGETS), "[1]").replace(/^schedule:\n( .*\n)+/mu, ""),
    "file.yml": writePlan("from: hosts.yml", "[1, 10%]"),
    "hosts.yml": Array.from({ length: TARGETS }, (_, index) => writeHost(index)).join(""),
  };
  await Promise.all(Object.entries(files).map(([file, text]) => writeFile(path.join(folder, file), text)));
}

function writeHost(index: number): string {
  return `- { name: web-${index}, host: web-${index}.example.com, zone: ${index % 2 === 0 ? "a" : "b"} }\n`;
}

function writePlan(targets: string, batches: string): string {
  return `change-plan: 1
change: { id: BENCH-1, title: Checkout }
schedule:
  timezone: Asia/Seoul
  windows: [{ days: [sat, sun], from: "22:00", to: "05:00" }]
targets: { ${targets}, connect: local }
strategy: { rolling: { batches: ${batches}, parallel: 1000 } }
apply: { each: [{ name: Install, run: ./install, undo: ./uninstall, timeout: 1s }] }
health: { checks: [{ name: alive, http: { url: "http://{host}:8080/healthz" } }], deadline: 30s, stable: 5s }
`;
}
