import { systemClock } from "../adapters/clock.ts";
import { LEASE_MS } from "../adapters/git/open-journal.ts";
import { githubClient } from "../adapters/github/client.ts";
import { githubIssues } from "../adapters/github/issues.ts";
import { gitTokenAuth } from "../adapters/github/token-auth.ts";
import { consoleSink } from "../adapters/output/console-sink.ts";
import { createRedactor } from "../adapters/output/redactor.ts";
import { sanitiseLine } from "../adapters/output/sanitise.ts";
import * as core from "../adapters/runner-commands.ts";
import { openDisplay } from "../cli/open-display.ts";
import type { ActionInputs } from "../inputs.ts";
import { onEnding } from "./on-ending.ts";
import { openCommands } from "./open-commands.ts";
import type { Shell } from "./shell.ts";

const MINUTE_MS = 60_000;
const PLAIN = { json: false, plain: true, noColor: true } as const;

/** The world of a job on GitHub: its log, its token, its issues. */
export type Runner = Readonly<{ shell: Shell; close(): void }>;

export function openRunner(inputs: ActionInputs): Runner {
  const { run } = inputs;
  const token = inputs.token ?? "";
  const redactor = createRedactor();
  const auth = gitTokenAuth({ serverUrl: run.serverUrl, token, env: process.env });
  for (const secret of [token, ...auth.secrets]) hide(secret, redactor.register);

  const clock = systemClock();
  const display = openDisplay({ stream: process.stdout, env: process.env, looks: PLAIN, now: clock.now });
  const ending = onEnding();
  const output = consoleSink({ write: (text) => display.log(text.trimEnd()), redact: redactor.redact });
  const client = githubClient({ token, apiUrl: run.apiUrl });
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
      const rules = { sanitise: sanitiseLine, redact: redactor.redact, output };
      return ending.watch(openCommands({ ...need, rules, workDir: run.workspace, env: process.env }));
    },
    observer: display.observer,
    countIssues: async () => null,
    messenger: { giveNotice: async () => [] },
    people: { listen: () => {} },
    issues: githubIssues(client, { owner: run.owner, repo: run.repo }),
    say: (line) => display.log(redactor.redact(line)),
    cancel: ending.cancel,
  };
  const close = () => {
    ending.release();
    display.close();
  };
  return { shell, close };
}

/** The runner masks what it prints; our own redactor covers what goes elsewhere. */
function hide(secret: string, register: (secret: string) => boolean): void {
  if (secret !== "" && register(secret)) core.setSecret(secret);
}
