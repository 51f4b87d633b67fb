import { setOutput, writeSummary } from "./compose/action-outputs.ts";
import { describeError, exitCodeOfError } from "./compose/exit.ts";
import { exposeSecrets, maskSecrets } from "./compose/expose-secrets.ts";
import { noteBegun, noteEnded } from "./compose/progress-notes.ts";
import { refuseDistrusted } from "./compose/refuse-distrusted.ts";
import { runnerLog } from "./compose/runner-log.ts";
import { type ActionInputs, readInputs } from "./inputs.ts";
import { plain } from "./report/markdown.ts";

const REJECTED = 2;
/** For what is still on its way, such as the last status of the deployment. */
const LINGER_MS = 3_000;

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
    // An overtaken change may well be part done: how it stands is in its journal.
    if (exitCodeOfError(error) === REJECTED && code !== "CHANGE_OVERTAKEN") setOutput("outcome", "rejected");
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
// All has been told. A request that GitHub leaves without an answer must not keep a cancelled job until it is killed.
setTimeout(() => process.exit(), LINGER_MS).unref();
