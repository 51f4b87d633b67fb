import { execFileSync } from "node:child_process";
import { hostname, userInfo } from "node:os";
import path from "node:path";
import { systemClock } from "../adapters/clock.ts";
import { issueFiles } from "../adapters/issue-file.ts";
import { consoleSink } from "../adapters/output/console-sink.ts";
import { createRedactor } from "../adapters/output/redactor.ts";
import { sanitiseLine } from "../adapters/output/sanitise.ts";
import type { Looks, Place } from "../cli/arguments.ts";
import { openDisplay } from "../cli/open-display.ts";
import { onEnding } from "./on-ending.ts";
import { openCommands } from "./open-commands.ts";
import type { Shell } from "./shell.ts";

export const DEFAULT_PREFIX = "refs/change-deploy";
const GIT_MS_MAX = 10_000;

/** The world of the command line: a terminal or a pipe, this machine's processes, issues as files. */
export type Terminal = Readonly<{ shell: Shell; close(): void }>;

export function openTerminal(looks: Looks, place: Pick<Place, "journal" | "journalPrefix">): Terminal {
  const cwd = process.cwd();
  const ending = onEnding();
  const clock = systemClock();
  // With --json the document has standard output to itself.
  const stream = looks.json ? process.stderr : process.stdout;
  const display = openDisplay({ stream, env: process.env, looks, now: clock.now });
  const redactor = createRedactor();
  const shell: Shell = {
    cwd,
    clock,
    holder: { actor: findActor(cwd), where: `pid ${process.pid} on ${hostname()}` },
    run: null,
    journal: place.journal,
    journalPrefix: place.journalPrefix ?? DEFAULT_PREFIX,
    leaseWaitMs: 0,
    gitEnv: process.env,
    makeCommands(need) {
      const output = consoleSink({ write: (text) => display.log(text.trimEnd()), redact: redactor.redact });
      const rules = { sanitise: sanitiseLine, redact: redactor.redact, output };
      return ending.watch(openCommands({ ...need, rules, workDir: cwd, env: process.env }));
    },
    observer: display.observer,
    countIssues: async () => null,
    messenger: { giveNotice: async () => [] },
    people: { listen: () => {} },
    issues: issueFiles(path.join(cwd, ".change-deploy", "issues")),
    say: (line) => display.log(line),
    cancel: ending.cancel,
  };
  const close = () => {
    ending.release();
    display.close();
  };
  return { shell, close };
}

/** Who acts: by git's word, as everywhere else in the repository, or this machine's account. */
function findActor(cwd: string): string {
  try {
    const email = execFileSync("git", ["config", "user.email"], {
      cwd,
      encoding: "utf8",
      timeout: GIT_MS_MAX,
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
    if (email !== "") return email;
  } catch {
    // No git, or no address: the account's name says it too.
  }
  return `${userInfo().username}@${hostname()}`;
}
