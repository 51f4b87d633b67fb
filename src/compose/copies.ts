import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Repository } from "../adapters/git/repository.ts";
import { ChangeError } from "../errors.ts";
import { environmentFolder } from "./change-folder.ts";

/**
 * Beside a journal at a remote, this repository keeps copies of its references to look at. Once the remote is no
 * longer named they look like a journal of this repository's own, and a change would begin from what they say. So
 * it is written down whose they are, for each environment.
 */
export function noteWhoseCopies(repository: Repository, environment: string): void {
  const file = placeOf(repository, environment);
  try {
    if (!repository.isRemote) return rmSync(file, { force: true });
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, repository.name);
  } catch {
    // A reader without the right to write here makes no copies either.
  }
}

/**
 * Throws INPUT_INVALID where nobody has said which journal is meant, and the one that would be taken is not the one
 * that this repository has copies of.
 */
export function refuseCopies(repository: Repository, environment: string, journal: string | null): void {
  const original = readText(placeOf(repository, environment));
  if (journal !== null || original === null || original === repository.name) return;
  const [taken, word] = repository.isRemote ? [repository.name, repository.name] : ["this repository", "."];
  throw new ChangeError(
    "INPUT_INVALID",
    `No journal is named, and what is here of ${environment} is a copy of the one at ${original}.`,
    {
      hint: `Name that one: \`--journal ${original}\`. To take ${taken} instead, say \`--journal ${word}\`.`,
    },
  );
}

function placeOf({ git }: Repository, environment: string): string {
  return path.join(environmentFolder(git.gitDir, environment), ".copy-of");
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
