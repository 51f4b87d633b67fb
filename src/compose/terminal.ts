import { hostname } from "node:os";
import path from "node:path";
import { systemClock } from "../adapters/clock.ts";
import { issueFiles } from "../adapters/issue-file.ts";
import { consoleSink } from "../adapters/output/console-sink.ts";
import { sanitiseLine } from "../adapters/output/sanitise.ts";
import { takeCommands } from "../adapters/spool/take-commands.ts";
import type { Looks, Place } from "../cli/arguments.ts";
import type { Display } from "../cli/display.ts";
import { isForeground } from "../cli/is-foreground.ts";
import { openDisplay } from "../cli/open-display.ts";
import { openKeys } from "../cli/open-keys.ts";
import { commandsIn } from "./change-folder.ts";
import { findActor } from "./find-actor.ts";
import { joinPeople } from "./join-people.ts";
import { judgeTold, judgeToldCommand, OPERATOR } from "./judge-told.ts";
import { maskedIssues } from "./masked-issues.ts";
import { onEnding } from "./on-ending.ts";
import { openCommands } from "./open-commands.ts";
import { holdsSecret, learnSecret, redact } from "./secrets.ts";
import type { Shell } from "./shell.ts";

export const DEFAULT_PREFIX = "refs/change-deploy";

/** The world of the command line: a terminal or a pipe, this machine's processes, issues as files. */
export type Terminal = Readonly<{ shell: Shell; close(): void }>;

export function openTerminal(looks: Looks, place: Pick<Place, "journal" | "journalPrefix">): Terminal {
  const cwd = process.cwd();
  const ending = onEnding();
  const clock = systemClock();
  // With --json the document has standard output to itself.
  const stream = looks.json ? process.stderr : process.stdout;
  const display = openDisplay({ stream, env: process.env, looks, now: clock.now });
  const actor = findActor(cwd);
  const keys = openKeysFor({ display, now: clock.now, by: actor });
  const say = (line: string) => display.log(redact(line));
  const shell: Shell = {
    cwd,
    clock,
    holder: { actor, where: `pid ${process.pid} on ${hostname()}` },
    run: null,
    journal: place.journal,
    journalPrefix: place.journalPrefix ?? DEFAULT_PREFIX,
    leaseWaitMs: 0,
    gitEnv: process.env,
    makeCommands(need) {
      const output = consoleSink({ write: (text) => display.log(text.trimEnd()), redact });
      const rules = { sanitise: sanitiseLine, redact, output, holdsSecret, learn: learnSecret };
      return ending.watch(openCommands({ ...need, rules, workDir: cwd, env: process.env }));
    },
    observer: display.observer,
    countIssues: async () => null,
    makePeople({ folder }) {
      const said = takeCommands({ folder: commandsIn(folder), clock, judge: judgeToldCommand, say });
      return joinPeople(keys === null ? [said] : [said, keys]);
    },
    deployments: null,
    writeNote: null,
    issues: maskedIssues(issueFiles(path.join(cwd, ".change-deploy", "issues")), redact),
    redact,
    say,
    cancel: ending.cancel,
  };
  const close = () => {
    keys?.close();
    ending.release();
    display.close();
  };
  return { shell, close };
}

/** Keys need both ends of a terminal, and a board that shows what they ask. */
function openKeysFor({ display, now, by }: Readonly<{ display: Display; now: () => number; by: string }>) {
  const { stdin, stdout } = process;
  if (!display.isBoard || stdin.isTTY !== true || stdout.isTTY !== true) return null;
  return openKeys({
    ...{ input: stdin, now, by, role: OPERATOR, show: display.prompt, isForeground },
    refuse(state, command) {
      const judged = judgeTold(state, { command, as: null, restore: [] });
      return judged.ok ? null : judged.why;
    },
    raise: (signal) => process.kill(0, signal),
  });
}
