import { Client } from "./client.ts";
import { findExamples } from "./find-examples.ts";
import { Fleet } from "./fleet.ts";
import { createNarrator } from "./narrator.ts";
import { Props } from "./prop.ts";
import type { RunChange } from "./spawn-change.ts";
import { tellStory } from "./tell-story.ts";
import { Workspace } from "./workspace.ts";

const NAMES = Array.from({ length: 12 }, (_, index) => `web-${String(index + 1).padStart(2, "0")}`);
/** The one host whose configuration is of another time. It is in the last batch. */
const LEGACY = "web-11";
const EXIT_INTERRUPTED = 5;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export type DemoIo = Readonly<{
  print: (line: string) => void;
  color: boolean;
  change: RunChange;
}>;

/** `differences` is empty when everything went as it should; `exitCode` is then 0. */
export type DemoReport = Readonly<{ exitCode: number; differences: readonly string[] }>;

/**
 * A good and a bad release on real services, with the real program. Leaves no process and no folder
 * behind, whatever happens; a signal ends it with the exit code of an interrupted change.
 */
export async function runDemo(io: DemoIo): Promise<DemoReport> {
  const stop = new AbortController();
  const props = new Props();
  const onSignal = (signal: NodeJS.Signals) => stop.abort(signal);
  const onExit = () => props.kill();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on("exit", onExit);
  try {
    const differences = await play(io, props, stop.signal);
    return { exitCode: differences.length === 0 ? 0 : 1, differences };
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    io.print("");
    io.print("Stopped: cleaning up.");
    return { exitCode: EXIT_INTERRUPTED, differences: [`stopped by ${String(stop.signal.reason)}`] };
  } finally {
    await props.stop();
    process.off("exit", onExit);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

async function play(io: DemoIo, props: Props, signal: AbortSignal): Promise<readonly string[]> {
  const examples = findExamples();
  const workspace = await props.keep(Workspace.create(examples));
  signal.throwIfAborted();
  const plan = { examples, repository: workspace.folder, names: NAMES, release: "1.0", legacy: LEGACY };
  const fleet = await props.keep(Fleet.start(plan));
  signal.throwIfAborted();
  await workspace.commit(fleet.services);
  const client = await props.keep(Client.start(examples, workspace.folder));
  const narrator = createNarrator(io.print, io.color);
  return tellStory({ narrator, workspace, fleet, client, signal, change: io.change });
}
