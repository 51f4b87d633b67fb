import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { NodeChild } from "./node-child.ts";
import type { Prop } from "./prop.ts";

const START_MS_MAX = 20_000;
const ANSWER_MS_MAX = 2_000;

export type Service = Readonly<{ name: string; port: number }>;

export type FleetPlan = Readonly<{
  /** Holds service.mjs. */
  examples: string;
  /** The repository in which the plan runs; `fleet/` and `pool/` are made in it. */
  repository: string;
  names: readonly string[];
  release: string;
  /** The host whose configuration is of another time than its fellows'. */
  legacy: string;
}>;

/** Small web services on this machine, each a process with a folder of its own, all in the pool. */
export class Fleet implements Prop {
  readonly services: readonly Service[];
  readonly #children: readonly NodeChild[];

  private constructor(services: readonly Service[], children: readonly NodeChild[]) {
    this.services = services;
    this.#children = children;
  }

  static async start(plan: FleetPlan): Promise<Fleet> {
    for (const state of ["in", "leaving", "out"]) {
      await mkdir(path.join(plan.repository, "pool", state), { recursive: true });
    }
    const children: NodeChild[] = [];
    try {
      const services = await Promise.all(plan.names.map((name) => startService(plan, name, children)));
      return new Fleet(services, children);
    } catch (error) {
      await Promise.all(children.map((child) => child.stop()));
      throw error;
    }
  }

  /** What each service says that it serves, by name. */
  async readVersions(): Promise<Map<string, string>> {
    const versions = this.services.map(async ({ name, port }) => [name, await readVersion(port)] as const);
    return new Map(await Promise.all(versions));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.stop()));
  }

  kill(): void {
    for (const child of this.#children) child.kill();
  }
}

async function startService(plan: FleetPlan, name: string, children: NodeChild[]): Promise<Service> {
  const home = path.join(plan.repository, "fleet", name);
  await mkdir(home, { recursive: true });
  await writeFile(path.join(home, "release"), `${plan.release}\n`);
  const payments = name === plan.legacy ? "legacy" : "current";
  await writeFile(path.join(home, "config.json"), `${JSON.stringify({ payments })}\n`);

  const child = new NodeChild(path.join(plan.examples, "service.mjs"), [home], name);
  children.push(child);
  const { port } = (await child.message(START_MS_MAX)) as { port: number };
  const entry = path.join(plan.repository, "pool", name);
  await writeFile(entry, `${port}\n`);
  await rename(entry, path.join(plan.repository, "pool", "in", name));
  return { name, port };
}

async function readVersion(port: number): Promise<string> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    const response = await fetch(`http://127.0.0.1:${port}/version`, { signal });
    return (await response.text()).trim();
  } catch {
    return "no answer";
  }
}
