import * as core from "./adapters/runner-commands.ts";
import { setOutput, writeSummary } from "./compose/action-outputs.ts";
import { runPhase } from "./compose/action-phases.ts";
import { describeError, exitCodeOfError } from "./compose/exit.ts";
import { readInputs } from "./inputs.ts";
import { plain } from "./report/markdown.ts";

const REJECTED = 2;

/** The only place where an error of the action becomes an annotation and a red job. */
async function main(): Promise<void> {
  try {
    const inputs = readInputs(process.env);
    if (inputs.token !== null) core.setSecret(inputs.token);
    if (!(await runPhase(inputs))) process.exitCode = 1;
  } catch (error) {
    const { code, message, hint } = describeError(error);
    const told = hint === null ? message : `${message} ${hint}`;
    // Nothing has been touched: the lease, the journal or the recorded state said no.
    if (exitCodeOfError(error) === REJECTED) setOutput("outcome", "rejected");
    setOutput("reason-code", code.toLowerCase().replaceAll("_", "-"));
    writeSummary(`**${code}**: ${plain(told, 2_000)}`);
    core.error(told, { title: code });
    process.exitCode = 1;
  }
}

await main();
