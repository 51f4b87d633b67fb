import path from "node:path";
import { readHead } from "../adapters/git/read-head.ts";
import type { Command, Looks, Place } from "../cli/arguments.ts";
import { chooseSurface } from "../cli/choose-surface.ts";
import { renderBoard } from "../report/board.ts";
import { renderJson } from "../report/json.ts";
import { adviseOnLater, describeLater } from "../report/occupant.ts";
import { renderIssuesText } from "../report/plan-report.ts";
import { progressOf } from "../report/progress.ts";
import { buildResult } from "../report/result.ts";
import { renderSummary } from "../report/summary.ts";
import { exitCodeOfEnd } from "./exit.ts";
import { buriedOf } from "./guards.ts";
import { targetLister } from "./list-targets.ts";
import { loadChange } from "./load-change.ts";
import { placeFlags } from "./place-flags.ts";
import { type Io, printError } from "./print-error.ts";
import { type ReadChange, readRecorded } from "./read-change.ts";
import { requestPlan } from "./request-plan.ts";
import { runSession } from "./run-session.ts";
import type { SessionEnd, SessionRequest } from "./session.ts";
import { DEFAULT_PREFIX, openTerminal, type Terminal } from "./terminal.ts";

type Asked = Looks & Place;
type Named = Asked & Readonly<{ kind: "resume" | "status" | "report"; change: string | null }>;
type Rollback = Extract<Command, { kind: "rollback" }>;
type Run = Extract<Command, { kind: "run" }>;

/** As wide as a board of a state that nobody watches needs to be. */
const STATUS_COLUMNS = 100;
const STATUS_ROWS = 60;

const APPROVAL_HINT =
  "The plan asks for approvals. Say who has given them with `--approved-by NAME`; the journal records that as said, not as proven.";

/** run, resume and rollback: one session each, watched on the terminal. */
export async function change(command: Run | Named | Rollback, io: Io): Promise<number> {
  const request = await makeRequest(command, io);
  if (request === null) return 1;
  const terminal = openTerminal(command, command);
  let end: SessionEnd;
  try {
    end = await runSession(request, terminal.shell);
  } finally {
    terminal.close();
  }
  report(end, { command, io, terminal });
  return exitCodeOfEnd(end);
}

async function makeRequest(command: Run | Named | Rollback, io: Io): Promise<SessionRequest | null> {
  const { environment } = command;
  if (command.kind !== "run") {
    const changeId = command.change;
    if (command.kind !== "rollback") return { kind: "resume", environment, changeId };
    const { repaired, restore } = command;
    return { kind: "rollback", environment, changeId, repaired, restore };
  }
  const listTargets = targetLister({ cwd: process.cwd(), secrets: [] });
  const loaded = await loadChange(await requestPlan(command.plan, command, listTargets));
  if (!loaded.ok) {
    if (command.json) io.answer(renderJson({ ok: false, issues: loaded.issues }, 2));
    else io.print(renderIssuesText(loaded.issues, command.plan, loaded.planText));
    return null;
  }
  const { approvedBy } = command;
  return { kind: "run", environment, commit: await readHead(process.cwd()), approvedBy, ...loaded };
}

type Ending = Readonly<{ command: Run | Named | Rollback; io: Io; terminal: Terminal }>;

function report(end: SessionEnd, { command, io, terminal }: Ending): void {
  const { journalRef, issueUrl } = end;
  if (command.json)
    return io.answer(renderJson(buildResult(end.state, { journalRef, issueUrl, reportPath: null }), 2));
  if (end.nothing !== null) io.print(`Nothing to do for ${end.state.change.id}: ${end.nothing}`);
  if (end.failure !== null) printError(end.failure, io);
  if (end.state.outcome?.reasonCode === "not-approved") io.print(APPROVAL_HINT);
  if (issueUrl !== null) io.print(`Issue: ${path.relative(terminal.shell.cwd, issueUrl)}`);
  io.print(`Journal: git log ${journalRef}`);
}

/** status shows the targets now; report tells the whole story in Markdown. */
export async function look(command: Named, io: Io): Promise<number> {
  const recorded = await readRecorded({
    cwd: process.cwd(),
    journal: command.journal,
    journalPrefix: command.journalPrefix ?? DEFAULT_PREFIX,
    gitEnv: process.env,
    environment: command.environment,
    changeId: command.change,
  });
  const { state, timeline, journalRef, journalRemote } = recorded;
  const { issueUrl } = state;
  if (command.json) {
    io.answer(renderJson(buildResult(state, { journalRef, issueUrl, reportPath: null }), 2));
  } else if (command.kind === "report") {
    io.print(
      renderSummary(state, timeline, { journalRef, journalRemote, runUrl: null, issueUrl, reportPath: null }),
    );
  } else {
    const standing = await describeStanding(recorded, placeFlags(command));
    const { color, unicode } = chooseSurface(process.stdout.isTTY === true, process.env, command);
    const columns = process.stdout.columns ?? STATUS_COLUMNS;
    const screen = { columns, rows: STATUS_ROWS, color, unicode };
    for (const line of renderBoard({ state, progress: progressOf(state) }, Date.now(), screen))
      io.print(line);
    io.print(standing);
    io.print(`Journal: git log ${journalRef}`);
  }
  return 0;
}

/** What the board cannot show: whether anybody is still at work, why it ended as it did, and what lies over it. */
async function describeStanding({ state, worker, findLater }: ReadChange, flags: string): Promise<string> {
  const attempt = `Attempt ${state.attempt}`;
  if (worker !== null) {
    return `${attempt}: ${worker.holder.actor} (${worker.holder.where}) is at work; the lease runs until ${worker.until}.`;
  }
  const where = state.outcome?.reason ?? "interrupted, and nobody is at work";
  const later = await findLater();
  const [newest] = later;
  if (newest !== undefined) {
    const advice = adviseOnLater(later, buriedOf(state, { anew: false }), flags);
    return `${attempt}: ${where}. ${describeLater(newest)} after it. ${advice}`;
  }
  const advice = state.outcome === null ? "; `resume` goes on, `rollback` puts it back" : "";
  return `${attempt}: ${where}${advice}.`;
}
