import { missingForSsh } from "../../e2e/sshd.ts";
import type { Figure } from "../benchmark.ts";
import { medianOf, millis, quantile, ratio } from "../measure.ts";
import { type Fleet, startFleet } from "./fleet.ts";
import { spendTree, type TreeSpent } from "./spend.ts";
import { countSteps, type Size, TOOLS, type Tool } from "./tools.ts";

const STEPS_PER_HOST = 2;
const RAW_TIMES_MAX = 1.15;
const ANSIBLE_TIMES_MAX = 0.6;
/** The budgets are for the first of them. */
const SIZES: readonly (Size & Readonly<{ rounds: number }>)[] = [
  { hosts: 50, batch: 10, rounds: 3 },
  { hosts: 50, batch: 20, rounds: 1 },
  { hosts: 200, batch: 10, rounds: 1 },
  { hosts: 200, batch: 20, rounds: 1 },
];

export const name = "ssh";
export const budget =
  "50 ssh targets, two steps, batches of 10: at most 1.15 × raw parallel ssh and 0.6 × ansible-core";
/** It takes many minutes and other people's programs. */
export const onlyByName = true;

export async function run(): Promise<readonly Figure[]> {
  const missing = missingForSsh();
  if (missing !== null) throw new Error(`it needs ${missing}`);
  for (const tool of TOOLS) {
    if (tool.missing !== null)
      process.stderr.write(`${tool.name} is left out: there is no ${tool.missing}\n`);
  }
  const fleet = await startFleet();
  try {
    const figures: Figure[] = [];
    for (const size of SIZES) figures.push(...(await measureSize(fleet, size)));
    return figures;
  } finally {
    fleet.sshd.stop();
  }
}

async function measureSize(fleet: Fleet, size: (typeof SIZES)[number]): Promise<readonly Figure[]> {
  const tools = TOOLS.filter(({ missing }) => missing === null);
  const spent = new Map<string, TreeSpent[]>(tools.map((tool) => [tool.name, []]));
  for (let round = 0; round < size.rounds; round++) {
    // In turn, so that whatever else the machine does meets all of them alike.
    for (const tool of tools) spent.get(tool.name)?.push(await measureTool(tool, fleet, size));
  }
  const where = `${size.hosts} hosts, batches of ${size.batch}`;
  const rows = [...spent].flatMap(([tool, samples]) => describe(`${tool}, ${where}`, samples));
  return [...rows, ...compare(spent, where, size === SIZES[0])];
}

async function measureTool(tool: Tool, fleet: Fleet, size: Size): Promise<TreeSpent> {
  const program = tool.prepare(fleet, size);
  countSteps(fleet);
  const spent = await spendTree(program);
  const [done, due] = [countSteps(fleet), size.hosts * STEPS_PER_HOST];
  if (done !== due) throw new Error(`${tool.name} ran ${done} steps instead of ${due}`);
  const [ms, cpuMs, mb] = [spent.ms, spent.cpuMs, spent.peakBytes / 1e6].map(Math.round);
  process.stderr.write(
    `  ${tool.name}, ${size.hosts} hosts by ${size.batch}: ${ms} ms, processor ${cpuMs} ms, ${mb} MB\n`,
  );
  return spent;
}

function describe(what: string, samples: readonly TreeSpent[]): readonly Figure[] {
  const peaks = samples.map(({ peakBytes }) => peakBytes);
  const spread = { low: quantile(peaks, 0.25), high: quantile(peaks, 0.75), samples: peaks.length };
  return [
    millis(
      what,
      samples.map(({ ms }) => ms),
    ),
    millis(
      "… processor time",
      samples.map(({ cpuMs }) => cpuMs),
    ),
    { what: "… memory at most", value: Math.max(...peaks), unit: "bytes", atMost: null, spread },
  ];
}

function compare(
  spent: ReadonlyMap<string, readonly TreeSpent[]>,
  where: string,
  isBudget: boolean,
): readonly Figure[] {
  const wall = (tool: string) => medianOf(spent.get(tool)?.map(({ ms }) => ms) ?? []);
  const against = [
    ["ssh, in parallel", RAW_TIMES_MAX],
    ["ansible-core", ANSIBLE_TIMES_MAX],
  ] as const;
  return against
    .filter(([tool]) => spent.has(tool))
    .map(([tool, atMost]) =>
      ratio(
        `change-deploy to ${tool}, ${where}`,
        wall("change-deploy") / wall(tool),
        isBudget ? atMost : null,
      ),
    );
}
