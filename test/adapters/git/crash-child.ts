import { writeSync } from "node:fs";
import { openJournal } from "../../../src/adapters/git/open-journal.ts";
import { openRepository } from "../../../src/adapters/git/open-repository.ts";
import type { ChangeEvent } from "../../../src/rollout/events.ts";

/**
 * Appends numbered events and flushes now and then, until it is killed. Says `a N` when event N is
 * acknowledged, `f N` when everything up to N is flushed. Numbers go on after what it finds.
 */
const [cwd = "", journal = ""] = process.argv.slice(2);

const repository = await openRepository({ cwd, journal: journal === "" ? null : journal });
const opened = await openJournal({
  repository,
  environment: "production",
  changeId: "CHG-1",
  holder: { actor: "child", where: `pid ${process.pid}` },
  clock: { now: Date.now, sleep: async () => {} },
  describe: (event) => event.kind,
});
say(`o ${opened.writeAhead} ${opened.events.length}`);

for (let number = opened.events.length; number < 100_000; number++) {
  await opened.journal.append([numbered(number)]);
  say(`a ${number}`);
  if (number % 3 === 0) await flushUpTo(number);
}

async function flushUpTo(number: number): Promise<void> {
  await opened.journal.flush();
  say(`f ${number}`);
}

function numbered(batch: number): ChangeEvent {
  return { kind: "bake-started", at: new Date().toISOString(), batch };
}

function say(line: string): void {
  writeSync(1, `${line}\n`);
}
