import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { MUTATIONS, type Mutation } from "../test/simulation/mutations.ts";

/**
 * Plants one deliberate fault at a time in a copy of the sources, and runs the simulation on it: every one
 * has to be caught. `node scripts/mutate.ts [--write] [NAME…]`; `--write` puts the result into the docs.
 */
/** As many as the slow suite tells. */
const SEEDS_MAX = 20_000;
const HEAP_MB_MAX = 1_024;
const SLOWEST_MS = 15 * 60_000;
const PAGE = "docs/reliability.md";
const TABLE = /(<!-- mutations -->\n)[\s\S]*?(<!-- \/mutations -->)/;

/** `seeds: null` where the simulation could not say at which one it was. */
type Caught = Readonly<{ mutation: Mutation; promise: string | null; seeds: number | null }>;

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const chosen = wanted.length === 0 ? MUTATIONS : MUTATIONS.filter(({ name }) => wanted.includes(name));
const results: Caught[] = [];
const waiting = [...chosen.entries()];
await Promise.all(Array.from({ length: availableParallelism() }, huntOn));
const survived = results.filter(({ promise }) => promise === null);
process.stdout.write(`${results.length - survived.length} caught, ${survived.length} survived\n`);
if (process.argv.includes("--write")) writeTable(results);
process.exitCode = survived.length === 0 ? 0 : 1;

async function huntOn(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const [index, mutation] = next;
    const caught = await hunt(mutation);
    results[index] = caught;
    const how =
      caught.promise === null
        ? "SURVIVED"
        : `caught after ${caught.seeds ?? "some"} seeds: ${caught.promise}`;
    process.stdout.write(`${mutation.name}: ${how}\n`);
  }
}

async function hunt(mutation: Mutation): Promise<Caught> {
  const folder = mkdtempSync(path.join(tmpdir(), "mutation-"));
  try {
    for (const part of ["src", "test/simulation", "test/fakes", "package.json"]) {
      cpSync(part, path.join(folder, part), { recursive: true });
    }
    symlinkSync(path.resolve("node_modules"), path.join(folder, "node_modules"));
    plant(mutation, folder);
    const { output, isCrashed } = await simulate(folder);
    const found = /^caught by seed (\d+): (.*)$/m.exec(output);
    if (found === null && isCrashed) return { mutation, promise: "10 liveness: it never ended", seeds: null };
    const seeds = Number(found?.[1] ?? SEEDS_MAX) + 1;
    return { mutation, promise: found?.[2] ?? null, seeds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function plant({ file, find, replace }: Mutation, folder: string): void {
  const target = path.join(folder, file);
  const source = readFileSync(target, "utf8");
  if (source.split(find).length !== 2) throw new Error(`${file} does not hold this once: ${find}`);
  writeFileSync(
    target,
    source.replace(find, () => replace),
  );
}

/** Without its heap limit, an engine that goes on for ever in one moment would take all memory there is. */
function simulate(folder: string): Promise<Readonly<{ output: string; isCrashed: boolean }>> {
  const args = ["test/simulation/simulate.ts", "--first", "--seeds", String(SEEDS_MAX)];
  const argv = [`--max-old-space-size=${HEAP_MB_MAX}`, ...args];
  const child = spawn(process.execPath, argv, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), SLOWEST_MS);
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  return new Promise((resolve) => {
    child.on("close", (_, signal) => {
      clearTimeout(timer);
      resolve({ output, isCrashed: signal !== null });
    });
  });
}

function writeTable(caught: readonly Caught[]): void {
  const rows = caught.map(
    ({ mutation, promise, seeds }) =>
      `| ${mutation.name} | \`${mutation.file}\` | ${promise ?? "**survived**"} | ${seeds ?? ""} |`,
  );
  const table = ["| planted fault | in | caught as | seeds |", "|---|---|---|---|", ...rows, ""].join("\n");
  writeFileSync(
    PAGE,
    readFileSync(PAGE, "utf8").replace(TABLE, (_, open, close) => `${open}${table}${close}`),
  );
}
