import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/adapters/clock.ts";
import type { ToldCommand } from "../../../src/adapters/spool/spool-file.ts";
import { type Judgement, takeCommands } from "../../../src/adapters/spool/take-commands.ts";
import { tellCommand } from "../../../src/adapters/spool/tell-command.ts";
import type { Clock, PersonCommand } from "../../../src/ports.ts";
import { openState } from "../../../src/rollout/open-state.ts";
import type { ChangeState } from "../../../src/rollout/state.ts";
import { aChange } from "../../fakes/change.ts";

const clock = systemClock();
/** The same, hurried: nothing here depends on how long a second is. */
const hurried: Clock = { now: clock.now, sleep: (ms, signal) => clock.sleep(ms / 20, signal) };
const TOLD = { ok: true, role: "operator" };

let root: string;
let folder: string;
let stop: AbortController;
let heard: PersonCommand[];
let state: ChangeState;
let said: string[];

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "change-deploy-spool-"));
  folder = path.join(root, "CHG-1", "commands");
  stop = new AbortController();
  [heard, said] = [[], []];
  state = openState(aChange());
});
afterEach(() => {
  stop.abort();
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

const aTold = (over: Partial<ToldCommand> = {}): ToldCommand => ({
  format: 1,
  id: randomUUID(),
  atMs: Date.now(),
  command: "hold",
  by: "alice@example.invalid",
  as: null,
  restore: [],
  ...over,
});

const allow = (_: ChangeState, { id, command, by }: ToldCommand): Judgement => ({
  ok: true,
  command: { command, by, role: "operator", id },
});

/** An engine that records what it hears at once. */
function listen(judge = allow, onCommand = record): void {
  takeCommands({ folder, clock: hurried, judge, say: (line) => said.push(line) }).listen(
    state,
    onCommand,
    stop.signal,
  );
}

function record(command: PersonCommand): void {
  heard.push(command);
  state.commandIds.add(command.id);
}

const tell = (told: ToldCommand, waitMs = 10_000) => tellCommand(told, { folder, clock, waitMs });

async function until(what: string, holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`waited in vain for ${what}`);
    await clock.sleep(10);
  }
}

describe("a command that is told to a listening process", () => {
  it("is handed on once, answered when it is recorded, and leaves nothing behind", async () => {
    listen();
    const told = aTold();
    expect(await tell(told)).toEqual(TOLD);
    expect(heard).toEqual([{ command: "hold", by: "alice@example.invalid", role: "operator", id: told.id }]);
    await until("an empty folder", () => readdirSync(folder).length === 0);
    expect(said).toEqual([]);
  });

  it("is not answered before it is recorded", async () => {
    let recordIt = () => {};
    listen(allow, (command) => {
      recordIt = () => record(command);
    });
    const told = aTold();
    const answer = tell(told);
    await until("the command to be taken", () => existsSync(path.join(folder, `${told.id}.taken`)));
    await clock.sleep(200);
    expect(readdirSync(folder)).toEqual([`${told.id}.taken`]);
    recordIt();
    expect(await answer).toEqual(TOLD);
  });

  it("reaches a process that begins to listen a moment later", async () => {
    const answer = tell(aTold());
    setTimeout(() => listen(), 300);
    expect(await answer).toEqual(TOLD);
    expect(heard).toHaveLength(1);
  });

  it("is refused in the listener's words, and not handed on", async () => {
    listen(() => ({ ok: false, why: "Not you.", hint: "Ask the manager." }));
    expect(await tell(aTold())).toEqual({ ok: false, why: "Not you.", hint: "Ask the manager." });
    expect(heard).toEqual([]);
  });

  it("is answered also when it ends the listening", async () => {
    listen(allow, (command) => {
      record(command);
      stop.abort();
    });
    expect(await tell(aTold({ command: "abort" }))).toEqual(TOLD);
  });

  it("comes in any number, each once", async () => {
    listen();
    const answers = await Promise.all(Array.from({ length: 45 }, () => tell(aTold())));
    expect(answers.every(({ ok }) => ok === true)).toBe(true);
    expect(new Set(heard.map(({ id }) => id)).size).toBe(45);
    expect(heard).toHaveLength(45);
  });
});

describe("a command that nobody hears", () => {
  it("is withdrawn, so that nobody carries it out later", async () => {
    mkdirSync(folder, { recursive: true });
    expect(await tell(aTold(), 300)).toEqual({ ok: null, kind: "unheard" });
    listen();
    await clock.sleep(200);
    expect(heard).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is not left where nobody has ever listened", async () => {
    expect(await tell(aTold(), 300)).toEqual({ ok: null, kind: "unheard" });
    expect(existsSync(folder)).toBe(false);
  });

  it("is refused when the process has just ended", async () => {
    listen();
    await until("the folder", () => existsSync(folder));
    const told = aTold();
    writeFileSync(path.join(folder, `${told.id}.json`), JSON.stringify(told));
    stop.abort();
    await until("its answer", () => existsSync(path.join(folder, `${told.id}.answer`)));
    expect(readFileSync(path.join(folder, `${told.id}.answer`), "utf8")).toContain("just ended");
    expect(heard).toEqual([]);
  });
});

describe("what a dead process has left", () => {
  const leave = (name: string, content: unknown) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, name), JSON.stringify(content));
  };

  it("is carried out by the next one, if the journal does not have it", async () => {
    const told = aTold();
    leave(`${told.id}.taken`, told);
    listen();
    await until("the command", () => heard.length > 0);
    expect(heard.map(({ id }) => id)).toEqual([told.id]);
  });

  it("is never carried out again, if the journal has it", async () => {
    const told = aTold();
    state.commandIds.add(told.id);
    leave(`${told.id}.json`, told);
    listen();
    await until("its answer", () => existsSync(path.join(folder, `${told.id}.answer`)));
    expect(heard).toEqual([]);
  });

  it("is refused when it is old", async () => {
    const told = aTold({ atMs: Date.now() - 120_000 });
    leave(`${told.id}.json`, told);
    listen();
    expect(await tell(aTold())).toEqual(TOLD);
    expect(heard.map(({ id }) => id)).not.toContain(told.id);
  });
});

describe("what is no command", () => {
  it.each([
    ["other JSON", "[]"],
    ["half a file", '{"format":1,'],
    ["another id inside", JSON.stringify(aTold())],
    ["a newer format", JSON.stringify({ ...aTold(), format: 2 })],
    ["a file of a megabyte", "x".repeat(1_000_000)],
  ])("is refused: %s", async (_, text) => {
    mkdirSync(folder, { recursive: true });
    const id = randomUUID();
    writeFileSync(path.join(folder, `${id}.json`), text);
    listen();
    await until("its answer", () => existsSync(path.join(folder, `${id}.answer`)));
    await until("its end", () => readdirSync(folder).length === 1);
    expect(heard).toEqual([]);
  });

  it("is refused: a link to elsewhere, and a folder", async () => {
    mkdirSync(folder, { recursive: true });
    const [link, other] = [randomUUID(), randomUUID()];
    const elsewhere = path.join(root, "elsewhere.json");
    writeFileSync(elsewhere, JSON.stringify(aTold({ id: link })));
    symlinkSync(elsewhere, path.join(folder, `${link}.json`));
    mkdirSync(path.join(folder, `${other}.json`));
    listen();
    expect(await tell(aTold())).toEqual(TOLD);
    expect(heard).toHaveLength(1);
    expect(existsSync(elsewhere)).toBe(true);
  });
});

describe("the folder", () => {
  it("is for its owner alone, also where it was not before", async () => {
    mkdirSync(folder, { recursive: true, mode: 0o777 });
    listen();
    await tell(aTold());
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it("that cannot be had ends the listening with a line in the log, and nothing else", async () => {
    mkdirSync(path.dirname(folder), { recursive: true });
    writeFileSync(folder, "no folder");
    listen();
    await until("the line", () => said.length > 0);
    expect(said[0]).toContain("not heard");
  });
});
