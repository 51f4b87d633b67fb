import { listChanges } from "../adapters/git/list-changes.ts";
import { type OpenedJournal, type OpenOptions, openJournal } from "../adapters/git/open-journal.ts";
import { openRepository } from "../adapters/git/open-repository.ts";
import type { Repository } from "../adapters/git/repository.ts";
import { waitAtMost } from "../engine/wait-at-most.ts";
import { ChangeError } from "../errors.ts";
import type { Change } from "../plan/change.ts";
import { describeEvent } from "../report/describe-event.ts";
import { changeFolder } from "./change-folder.ts";
import { noteWhoseCopies, refuseCopies } from "./copies.ts";
import type { SessionRequest } from "./session.ts";
import type { Shell } from "./shell.ts";

/** Where a session works: its journal is open, and the lease is ours. */
export type Place = Readonly<{
  repository: Repository;
  changeId: string;
  opened: OpenedJournal;
  /** What this machine keeps of the change: receipts, backups. */
  folder: string;
  /** From here on the journal's messages call steps by their names. */
  knowChange(change: Change): void;
}>;

/** Whoever cancels us wants us gone within two seconds of it; the write-ahead file has it all by then. */
const GONE_MS = 1_700;
const PARTING_MS_MIN = 300;
const LEASE_POLL_MS = 15_000;

export async function openPlace(request: SessionRequest, shell: Shell): Promise<Place> {
  const repository = await openRepository({ cwd: shell.cwd, journal: shell.journal, env: shell.gitEnv });
  const { environment } = request;
  refuseCopies(repository, environment, shell.journal);
  const given = request.kind === "run" ? request.change.id : request.changeId;
  const changeId = given ?? (await findNewest(repository, shell.journalPrefix, environment));
  let known: Change | undefined;
  const opened = await openPatiently(shell, {
    repository,
    prefix: shell.journalPrefix,
    environment,
    changeId,
    holder: shell.holder,
    clock: shell.clock,
    describe: (event) => shell.redact(describeEvent(event, known)),
    ...(shell.run === null ? {} : { run: { id: shell.run.id, attempt: shell.run.attempt } }),
  });
  noteWhoseCopies(repository, environment);
  if (opened.setAside !== null) {
    shell.say(
      `Another process went on while this machine was away; what it had recorded is kept in ${opened.setAside}.`,
    );
  }
  const folder = changeFolder(repository.git.gitDir, environment, changeId);
  const knowChange = (change: Change) => {
    known = change;
  };
  return { repository, changeId, opened, folder, knowChange };
}

/** A killed runner cannot give its lease back, so whoever comes to its rescue waits until it has run out. */
export async function openPatiently(
  shell: Pick<Shell, "clock" | "cancel" | "leaseWaitMs" | "say">,
  options: OpenOptions,
): Promise<OpenedJournal> {
  const { clock, cancel, leaseWaitMs } = shell;
  const endMs = clock.now() + leaseWaitMs;
  for (;;) {
    try {
      return await openJournal(options);
    } catch (error) {
      const isHeld = error instanceof ChangeError && error.code === "LEASE_HELD";
      if (!isHeld || cancel.aborted || clock.now() >= endMs) throw error;
      shell.say(`${error.message} Waiting for it to end.`);
      await clock.sleep(LEASE_POLL_MS, cancel);
    }
  }
}

async function findNewest(repository: Repository, prefix: string, environment: string): Promise<string> {
  const [newest] = await listChanges(repository, { prefix, environment });
  if (newest !== undefined) return newest.changeId;
  throw new ChangeError("CHANGE_UNKNOWN", `There is no change in the environment ${environment}.`, {
    hint: "Check the environment and the journal.",
  });
}

type Leaving = Readonly<{
  /** When somebody cancelled us, who waits only so long; null: nobody has. */
  cancelledMs: number | null;
  /** false lets the lease run out, or be taken over once this process is seen to be gone. */
  release: boolean;
}>;

/** Closes the journal. What it has still to say is in the write-ahead file, and a dead holder's lease is taken over. */
export async function leavePlace({ opened }: Place, shell: Shell, leaving: Leaving): Promise<void> {
  const { cancelledMs, release } = leaving;
  const closing = opened.journal
    .close({ release })
    .catch((error) => shell.say(`The lease was not given back: ${error}`));
  if (cancelledMs === null) return closing;
  const leftMs = cancelledMs + GONE_MS - shell.clock.now();
  await waitAtMost(shell.clock, closing, Math.max(PARTING_MS_MIN, leftMs));
}
