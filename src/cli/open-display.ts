import type { Observer } from "../ports.ts";
import { renderBoard } from "../report/board.ts";
import { dropInvisible } from "../report/clean.ts";
import { ASCII, UNICODE } from "../report/glyphs.ts";
import { type LogEntry, openLog, renderLines } from "../report/lines.ts";
import { type Progress, progressOf, recordProgress } from "../report/progress.ts";
import { fitSpans, paint, span } from "../report/spans.ts";
import { formatClock } from "../report/wording.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import type { ChangeState } from "../rollout/state.ts";
import type { Looks } from "./arguments.ts";
import { chooseSurface, type Environment } from "./choose-surface.ts";
import { cleanLogLine } from "./clean-log-line.ts";
import type { Display, DisplayStream, Pane } from "./display.ts";
import { openBoard, type Screen } from "./open-board.ts";
import { openPlain } from "./open-plain.ts";
import { writeEntry } from "./write-entry.ts";

/** On fewer the board has a better use for each. */
const ROWS_FOR_PROMPT = 4;

export type DisplayOptions = Readonly<{
  stream: DisplayStream;
  env: Environment;
  looks: Looks;
  now: () => number;
}>;

/** A live board on a terminal, plain lines in groups elsewhere. With --json the stream is standard error. */
export function openDisplay({ stream, env, looks, now }: DisplayOptions): Display {
  const surface = chooseSurface(stream.isTTY === true, env, looks);
  const isBoard = surface.kind === "board";
  const subject: Subject = { state: null, progress: null, prompt: () => null };
  const pane: Pane = isBoard
    ? openBoard({ stream, ...surface, now, render: (nowMs, screen) => renderSubject(subject, nowMs, screen) })
    : openPlain(stream);

  const log = openLog();
  const entryLooks = { color: surface.color, runner: env.GITHUB_ACTIONS === "true" };
  const observer: Observer = {
    onEvent(event, state) {
      if (isBoard) follow(subject, event, state);
      for (const entry of renderLines(event, state, log)) {
        const isShown = isBoard ? isWorthKeeping(entry, event) : isTold(entry, env);
        const line = isShown ? writeEntry(visible(entry, stream), formatClock(event.at), entryLooks) : null;
        if (line === null) continue;
        if (entryLooks.runner && entry.kind !== "line") pane.command(line);
        else pane.print(line);
      }
      pane.touch();
    },
  };
  const close = () => {
    if (log.isOpen && !isBoard && entryLooks.runner) pane.command("::endgroup::");
    log.isOpen = false;
    pane.close();
  };
  const prompt = (line: () => string | null) => {
    subject.prompt = line;
    pane.touch();
  };
  return { observer, isBoard, log: (line) => pane.print(cleanLogLine(line)), prompt, close };
}

type Subject = { state: ChangeState | null; progress: Progress | null; prompt: () => string | null };

function follow(subject: Subject, event: ChangeEvent, state: ChangeState): void {
  if (subject.state !== state || subject.progress === null) {
    subject.state = state;
    subject.progress = progressOf(state);
  }
  recordProgress(subject.progress, event, state);
}

function renderSubject(
  { state, progress, prompt }: Subject,
  nowMs: number,
  screen: Screen,
): readonly string[] {
  if (state === null || progress === null) return [];
  const line = prompt();
  if (line === null || screen.rows < ROWS_FOR_PROMPT) return renderBoard({ state, progress }, nowMs, screen);
  const board = renderBoard({ state, progress }, nowMs, { ...screen, rows: screen.rows - 1 });
  return [...board, renderPrompt(line, screen)];
}

function renderPrompt(line: string, { columns, color, unicode }: Screen): string {
  const { cut } = unicode ? UNICODE : ASCII;
  return paint(fitSpans([span(` ${line}`, "bold")], columns, cut), color);
}

/** The invisible breaks are for those who take a log for commands; a terminal may show them as blots. */
function visible(entry: LogEntry, stream: DisplayStream): LogEntry {
  return stream.isTTY === true ? { ...entry, text: dropInvisible(entry.text) } : entry;
}

/** A log tells what is of note; with debug logging, as GitHub calls it, every step of every target too. */
function isTold(entry: LogEntry, env: Environment): boolean {
  return entry.level !== "detail" || entry.kind !== "line" || env.RUNNER_DEBUG === "1";
}

/** The board tells the rest, and forgets it again. */
function isWorthKeeping(entry: LogEntry, event: ChangeEvent): boolean {
  if (entry.kind !== "line") return false;
  return event.kind === "finished" || entry.level === "critical" || entry.level === "warning";
}
