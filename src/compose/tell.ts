import { randomUUID } from "node:crypto";
import { systemClock } from "../adapters/clock.ts";
import { openRepository } from "../adapters/git/open-repository.ts";
import { readLease } from "../adapters/git/read-lease.ts";
import type { ToldCommand } from "../adapters/spool/spool-file.ts";
import { type Told, tellCommand } from "../adapters/spool/tell-command.ts";
import type { Command } from "../cli/arguments.ts";
import { ChangeError } from "../errors.ts";
import { renderJson } from "../report/json.ts";
import { changeFolder, commandsIn } from "./change-folder.ts";
import { findActor } from "./find-actor.ts";
import type { Io } from "./print-error.ts";
import { findWorker, type ReadChange } from "./read-change.ts";
import { DEFAULT_PREFIX } from "./terminal.ts";

type Tell = Extract<Command, { kind: "tell" }>;
type Worker = NonNullable<ReadChange["worker"]>;

/** The other side looks every second. */
const WAIT_MS = 10_000;

/** Resolves to the exit code. Throws CHANGE_STATE where nobody is at work, or who is refuses it. */
export async function tell(command: Tell, io: Io): Promise<number> {
  const { environment, as, restore, what } = command;
  const cwd = process.cwd();
  const repository = await openRepository({ cwd, journal: command.journal, env: process.env });
  const prefix = command.journalPrefix ?? DEFAULT_PREFIX;
  const lease = await readLease(repository, { prefix, environment });
  const change = command.change ?? lease?.change ?? null;
  const worker = change === null ? null : findWorker(lease, change);
  if (change === null || worker === null) throw nobody(change, environment);

  const by = findActor(cwd);
  const id = randomUUID();
  const told: ToldCommand = { format: 1, id, atMs: Date.now(), command: what, by, as, restore: [...restore] };
  const folder = commandsIn(changeFolder(repository.git.gitDir, environment, change));
  const answer = await tellCommand(told, { folder, clock: systemClock(), waitMs: WAIT_MS });
  if (answer.ok !== true) throw explain(answer, { what, change, worker });
  const { role } = answer;
  if (command.json) {
    io.answer(renderJson({ ok: true, id, change, environment, command: what, by, as, role, restore }, 2));
  } else {
    io.print(`${change} was told to ${what}, by ${as ?? by} (${role}): ${describe(worker)} has taken it.`);
  }
  return 0;
}

function nobody(change: string | null, environment: string): ChangeError {
  const where = change === null ? `in the environment ${environment}` : `on ${change} in ${environment}`;
  return new ChangeError("CHANGE_STATE", `Nobody is at work ${where}, so there is nobody to tell.`, {
    hint: "`change-deploy status` shows how far a change has got; `resume` goes on, `rollback` puts it back.",
  });
}

type Case = Readonly<{ what: string; change: string; worker: Worker }>;

function explain(answer: Exclude<Told, { ok: true }>, { what, change, worker }: Case): ChangeError {
  if (answer.ok === false) {
    return new ChangeError("CHANGE_STATE", `${change} was not told to ${what}: ${answer.why}`, {
      ...(answer.hint === null ? {} : { hint: answer.hint }),
    });
  }
  if (answer.kind === "unanswered") {
    return new ChangeError("CHANGE_STATE", `${describe(worker)} took it, and has not answered yet.`, {
      hint: "`change-deploy status` shows whether it has been carried out.",
    });
  }
  return new ChangeError(
    "CHANGE_STATE",
    `${describe(worker)} is at work on ${change}, and does not hear us.`,
    {
      hint: "Nothing was told. It listens in the repository and on the machine where it was started.",
    },
  );
}

function describe({ holder }: Worker): string {
  return `${holder.actor} (${holder.where})`;
}
