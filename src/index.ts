import { setOutput, writeSummary } from "./compose/action-outputs.ts";
import { describeError, exitCodeOfError } from "./compose/exit.ts";
import { exposeSecrets, maskSecrets } from "./compose/expose-secrets.ts";
import { noteBegun, noteEnded } from "./compose/progress-notes.ts";
import { refuseDistrusted } from "./compose/refuse-distrusted.ts";
import { runnerLog } from "./compose/runner-log.ts";
import { type ActionInputs, readInputs } from "./inputs.ts";
import { plain } from "./report/markdown.ts";

const REJECTED = 2;

/** A plan is validated with each push: it waits for nothing that only acting on a change needs. */
async function carryOut(inputs: ActionInputs): Promise<boolean> {
  if (inputs.phase === "validate") return (await import("./compose/validate-plans.ts")).validatePlans(inputs);
  return (await import("./compose/action-phases.ts")).runPhase(inputs);
}

/** The only place where an error of the action becomes an annotation and a red job. */
async function main(): Promise<void> {
  try {
    const inputs = readInputs(process.env);
    maskSecrets(inputs);
    await refuseDistrusted(inputs);
    exposeSecrets(inputs, process.env);
    noteBegun();
    if (!(await carryOut(inputs))) process.exitCode = 1;
  } catch (error) {
    const { code, message, hint } = describeError(error);
    const told = hint === null ? message : `${message} ${hint}`;
    // Nothing has been touched: the lease, the journal or the recorded state said no.
    if (exitCodeOfError(error) === REJECTED) setOutput("outcome", "rejected");
    setOutput("reason-code", code.toLowerCase().replaceAll("_", "-"));
    writeSummary(`**${code}**: ${plain(told, 2_000)}`);
    runnerLog.annotate("error", told, { title: code });
    process.exitCode = 1;
  } finally {
    noteEnded();
    runnerLog.resume();
  }
}

await main();
