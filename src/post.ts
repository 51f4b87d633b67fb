import { describeError } from "./compose/exit.ts";
import { maskSecrets } from "./compose/expose-secrets.ts";
import { readNotes } from "./compose/progress-notes.ts";
import { runnerLog } from "./compose/runner-log.ts";
import { tellUnfinished } from "./compose/tell-unfinished.ts";
import { readInputs } from "./inputs.ts";

/** A job that is being cancelled has minutes left in all, and others' post steps want some of them. */
const POST_MS_MAX = 30_000;

/** After a main process that could not say it itself: what the journal has, and how to go on. Never fails a job. */
async function main(): Promise<void> {
  const notes = readNotes(process.env);
  if (!notes.hasBegun || notes.hasEnded) return;
  const inputs = readInputs(process.env);
  maskSecrets(inputs);
  await tellUnfinished(inputs, notes.changeId);
}

const timer = setTimeout(() => {
  runnerLog.annotate("warning", "The journal was not read in time; `phase: report` tells what is in it.");
  process.exit(0);
}, POST_MS_MAX);
try {
  await main();
} catch (error) {
  runnerLog.annotate("warning", describeError(error).message, {
    title: "What became of the change is not known here",
  });
}
clearTimeout(timer);
// Whatever is still open, the job goes on now.
process.exit(0);
