import path from "node:path";
import { backupFiles } from "../adapters/backup-files.ts";
import { createProber } from "../adapters/probe/prober.ts";
import type { Messenger, Ports } from "../ports.ts";
import type { ChangeState } from "../rollout/state.ts";
import type { Place } from "./place.ts";
import { openRecords } from "./records.ts";
import type { Reports } from "./reports.ts";
import type { Shell } from "./shell.ts";
import { tellWaits } from "./tell-waits.ts";

type Scene = Readonly<{
  state: ChangeState;
  reports: Reports;
  messenger: Messenger;
  shell: Shell;
  place: Place;
}>;

/** The engine's world for one session. Whoever asks for it ends the commands. */
export function openPorts({ state, reports, messenger, shell, place }: Scene) {
  const { change } = state;
  const { folder, repository, opened } = place;
  const commands = shell.makeCommands({ folder, change, token: opened.token });
  const { journalPrefix, countIssues } = shell;
  const ports: Omit<Ports, "clock"> = {
    journal: opened.journal,
    commands: tellWaits(commands, shell.say),
    prober: createProber({ commands, version: change.version }),
    announcer: reports,
    observer: reports,
    messenger,
    people: shell.makePeople({ folder }),
    records: openRecords(repository, journalPrefix, countIssues),
    files: backupFiles(path.join(folder, "backups")),
  };
  return { ports, commands };
}
