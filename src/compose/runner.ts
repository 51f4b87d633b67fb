import { systemClock } from "../adapters/clock.ts";
import { LEASE_MS } from "../adapters/git/open-journal.ts";
import { githubClient } from "../adapters/github/client.ts";
import { issueCounter } from "../adapters/github/count-issues.ts";
import { githubIssues } from "../adapters/github/issues.ts";
import { gitTokenAuth } from "../adapters/github/token-auth.ts";
import { consoleSink } from "../adapters/output/console-sink.ts";
import { sanitiseLine } from "../adapters/output/sanitise.ts";
import { openDisplay } from "../cli/open-display.ts";
import type { ActionInputs } from "../inputs.ts";
import { DeploymentRecord } from "./deployment-record.ts";
import { describeError } from "./exit.ts";
import { githubPeople } from "./github-people.ts";
import { maskedIssues } from "./masked-issues.ts";
import { onEnding } from "./on-ending.ts";
import { openCommands } from "./open-commands.ts";
import { runnerLog, runnerStream } from "./runner-log.ts";
import { hideSecret, holdsSecret, learnSecret, redact } from "./secrets.ts";
import type { Shell } from "./shell.ts";
import { watchToken } from "./token-watch.ts";

const MINUTE_MS = 60_000;
const PLAIN = { json: false, plain: true, noColor: true } as const;

/** The world of a job on GitHub: its log, its token, its issues. */
export type Runner = Readonly<{ shell: Shell; close(): void }>;

export function openRunner(inputs: ActionInputs): Runner {
  const { run } = inputs;
  const token = inputs.token ?? "";
  const auth = gitTokenAuth({ serverUrl: run.serverUrl, token, env: process.env });
  for (const secret of [token, ...auth.secrets, ...inputs.planSecrets.values()]) hide(secret);

  const clock = systemClock();
  const display = openDisplay({ stream: runnerStream, env: process.env, looks: PLAIN, now: clock.now });
  const ending = onEnding();
  const output = consoleSink({ write: (text) => display.log(text.trimEnd()), redact });
  const client = githubClient({ token, apiUrl: run.apiUrl });
  const repository = { owner: run.owner, repo: run.repo };
  const countIssues = issueCounter(client, repository);
  const say = (line: string) => display.log(redact(line));
  const shell: Shell = {
    cwd: run.workspace,
    clock,
    holder: { actor: run.triggeringActor, where: run.runUrl },
    run: { id: run.runId, attempt: run.runAttempt, url: run.runUrl },
    journal: inputs.journal,
    journalPrefix: inputs.journalPrefix,
    leaseWaitMs: inputs.phase === "rollback" ? LEASE_MS + MINUTE_MS : 0,
    gitEnv: { ...process.env, ...auth.env },
    makeCommands(need) {
      const rules = { sanitise: sanitiseLine, redact, output, holdsSecret, learn: learnSecret };
      return ending.watch(openCommands({ ...need, rules, workDir: run.workspace, env: process.env }));
    },
    observer: display.observer,
    countIssues: async (label, sinceMs) => {
      try {
        return (await countIssues(label, new Date(sinceMs).toISOString())).count;
      } catch (error) {
        say(`Issues labelled "${label}" could not be counted: ${describeError(error).message}`);
        return null;
      }
    },
    makePeople: () => githubPeople({ client, repository, clock, say }),
    deployments: new DeploymentRecord({
      client,
      repository,
      runUrl: run.runUrl,
      clock,
      cancel: ending.cancel,
      say,
    }),
    issues: maskedIssues(githubIssues(client, repository), redact),
    redact,
    say,
    cancel: ending.cancel,
  };
  const forgetToken = watchToken({
    clock,
    runner: process.env.RUNNER_ENVIRONMENT,
    warn: (text) => runnerLog.annotate("warning", text, { title: "The job's token" }),
  });
  const close = () => {
    forgetToken();
    ending.release();
    display.close();
    runnerLog.resume();
  };
  return { shell, close };
}

/** The runner masks what it prints; our own redactor covers what goes elsewhere. */
function hide(secret: string): void {
  if (secret !== "" && hideSecret(secret)) runnerLog.mask(secret);
}
