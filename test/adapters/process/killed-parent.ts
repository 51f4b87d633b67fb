import { localCommands } from "../../../src/adapters/process/local-commands.ts";

/** A process of its own that starts one run and is killed by the test meanwhile. */
const [workDir = "", receiptsFolder = "", directRuns = "", id = "", script = ""] = process.argv.slice(2);
const commands = localCommands({
  workDir,
  receiptsFolder,
  env: process.env,
  output: { line: (_, text) => void process.stdout.write(`${text}\n`) },
  sanitise: (text) => text,
  redact: (text) => text,
  directRuns: Number(directRuns),
});
const call = { id, target: null, on: "runner", script, env: {}, timeoutMs: 60_000, label: "" } as const;
await commands.run(call, new AbortController().signal);
