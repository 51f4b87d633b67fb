import { ChangeError } from "../errors.ts";
import type { ActionInputs } from "../inputs.ts";
import { accountTargets } from "../report/accounting.ts";
import { code, plain } from "../report/markdown.ts";
import { outcomeOf } from "../report/phase.ts";
import { writeSummary } from "./action-outputs.ts";
import { type ReadChange, readRecorded } from "./read-change.ts";
import { openRunner } from "./runner.ts";
import { runnerLog } from "./runner-log.ts";

const GO_ON =
  "Run the failed jobs again to go on from the first unfinished step, or use `phase: rollback` to put everything back.";
const NOT_READ = "Run the failed jobs again: what they do is read off the journal.";

/** For a job whose main process was killed: what its journal says, in the log and in the summary. */
export async function tellUnfinished(inputs: ActionInputs, changeId: string | null): Promise<void> {
  if (inputs.phase === "validate" || inputs.phase === "due") {
    return tell(`\`${inputs.phase}\` was cut off. It changes no target: run it again.`);
  }
  if (changeId === null) return tell(`It was cut off before it knew its change. ${NOT_READ}`);
  const { shell, close } = openRunner(inputs);
  try {
    const { cwd, journal, journalPrefix, gitEnv } = shell;
    const { environment } = inputs;
    const reading = { cwd, journal, journalPrefix, gitEnv, environment, changeId };
    tell(describeUnfinished(changeId, await readRecorded(reading)));
  } catch (error) {
    if (!(error instanceof ChangeError) || error.code !== "CHANGE_UNKNOWN") throw error;
    tell(`Change ${code(changeId)} was cut off before anything was recorded, so no target was touched.`);
  } finally {
    close();
  }
}

function describeUnfinished(changeId: string, { state, journalRef }: ReadChange): string {
  const outcome = outcomeOf(state);
  const { counts } = accountTargets(state);
  const targets = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([account, count]) => `${count} ${account}`)
    .join(", ");
  const stands =
    outcome === null || outcome === "interrupted"
      ? `is not finished (${targets}). ${GO_ON}`
      : `ended as ${code(outcome)} (${targets}): ${plain(state.outcome?.reason ?? "")}.`;
  return `This step was cut off. By its last flush to ${code(journalRef)}, attempt ${state.attempt} of change ${code(changeId)} ${stands}`;
}

function tell(words: string): void {
  writeSummary(`> [!WARNING]\n> ${words}`);
  runnerLog.annotate("warning", words, { title: "Cut off" });
}
