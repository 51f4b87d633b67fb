import { parseArguments, wantsJson } from "./cli/arguments.ts";
import { chooseSurface } from "./cli/choose-surface.ts";
import { renderHelp } from "./cli/help.ts";
import { describeError, exitCodeOfError } from "./compose/exit.ts";
import { type Io, printError } from "./compose/print-error.ts";
import { renderJson } from "./report/json.ts";
import { ACTION_VERSION } from "./version.ts";

const out: Io = {
  answer: (text) => process.stdout.write(`${text}\n`),
  print: (text) => process.stdout.write(`${text}\n`),
};
/** With --json, people read standard error. */
const err: Io = { ...out, print: (text) => process.stderr.write(`${text}\n`) };

/** Each command loads what it needs when it is asked for: `validate` answers before `run` could be read in. */
async function run(argv: readonly string[]): Promise<number> {
  const command = parseArguments(argv);
  const io = command.json ? err : out;
  switch (command.kind) {
    case "help":
      io.print(renderHelp(command.topic));
      return 0;
    case "version":
      io.answer(command.json ? renderJson({ version: ACTION_VERSION }) : `change-deploy ${ACTION_VERSION}`);
      return 0;
    case "validate":
      return (await import("./compose/validate.ts")).validate(command, io);
    case "explain":
      return (await import("./compose/explain.ts")).explain(command, io);
    case "rehearse":
      return (await import("./compose/rehearse-plan.ts")).rehearsePlan(command, io);
    case "run":
    case "resume":
    case "rollback":
      return (await import("./compose/cli-commands.ts")).change(command, io);
    case "status":
    case "report":
      return (await import("./compose/cli-commands.ts")).look(command, io);
    case "tell":
      return (await import("./compose/tell.ts")).tell(command, io);
    case "demo":
      return demo(command, io);
  }
}

async function demo(looks: Parameters<typeof chooseSurface>[2], io: Io): Promise<number> {
  const stream = looks.json ? process.stderr : process.stdout;
  const { color } = chooseSurface(stream.isTTY === true, process.env, looks);
  const flags = [...(looks.plain ? ["--plain"] : []), ...(looks.noColor ? ["--no-color"] : [])];
  const { runDemo } = await import("./demo/run-demo.ts");
  const { spawnChange } = await import("./demo/spawn-change.ts");
  const change = spawnChange({ toStderr: looks.json, flags });
  const demoed = await runDemo({ print: io.print, color, change });
  if (looks.json) io.answer(renderJson({ ok: demoed.exitCode === 0, ...demoed }, 2));
  return demoed.exitCode;
}

/** The only place where an error of the command line becomes an exit code. */
async function main(argv: readonly string[]): Promise<number> {
  try {
    return await run(argv);
  } catch (error) {
    printError(error, err);
    if (wantsJson(argv)) out.answer(renderJson({ ok: false, error: describeError(error) }, 2));
    return exitCodeOfError(error);
  }
}

// A reader that goes away (`| head`) is no failure of the command.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

// Standard output may be a slow pipe: the exit code is set, and Node leaves when everything is written.
process.exitCode = await main(process.argv.slice(2));
