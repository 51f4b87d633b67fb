import type { Change } from "../plan/change.ts";
import { REHEARSED_STEP_MS } from "../rehearsal/rehearse.ts";
import { quoteLine } from "../report/clean.ts";
import { eventLevel } from "../report/event-level.ts";
import { openLog, renderLines } from "../report/lines.ts";
import type { Undone } from "../report/rehearsal-record.ts";
import { countOf, formatAt, formatCount, formatElapsed, formatMs } from "../report/wording.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import type { ChangeState } from "../rollout/state.ts";
import { writeEntry } from "./write-entry.ts";

const TIME_COLUMNS = 8;
/** More owners make no list that anybody reads; --json has them all. */
const OWNERS_SHOWN = 30;

type Figures = Readonly<{ worstUnavailable: number; virtualMs: number; undone: readonly Undone[] }>;

/** The time line of a rehearsal for people: what is of note, behind the time since the start. */
export function openRehearsalLog({
  print,
  color,
}: Readonly<{ print: (line: string) => void; color: boolean }>) {
  const log = openLog();
  return {
    begin(change: Change, startMs: number): void {
      const [least, most] = REHEARSED_STEP_MS.map(formatMs);
      print(
        `Rehearsal of ${quoteLine(change.id, 80)}, as if it began on ${formatAt(startMs)}. Nothing is run.`,
      );
      print(
        `Steps take ${least} to ${most}, checks pass, and approvals are given, unless you say otherwise.`,
      );
      print("");
    },
    tell(event: ChangeEvent, state: ChangeState, elapsedMs: number): void {
      // Most events are details of single targets, and no line is worth making for nobody.
      if (eventLevel(event) === "detail") return;
      const time = formatElapsed(elapsedMs).padStart(TIME_COLUMNS);
      for (const entry of renderLines(event, state, log)) {
        if (entry.kind === "line" && entry.level === "detail") continue;
        const line = writeEntry(entry, time, { color, runner: false });
        if (line !== null) print(line);
      }
    },
    end(state: ChangeState, { worstUnavailable, virtualMs, undone }: Figures): void {
      const { targets, rollout } = state.change;
      const unavailable = `${formatCount(worstUnavailable)} of ${countOf(targets.length, "target")}`;
      print("");
      print(`It takes ${formatMs(virtualMs)} in ${countOf(state.batches.length, "batch")}.`);
      print(
        `At worst ${unavailable} are unavailable at once; ${formatCount(rollout.maxUnavailable)} may be.`,
      );
      if (undone.length === 0) return print("Nothing is undone.");
      print("What is undone, in this order:");
      for (const line of listUndone(undone)) print(`  ${line}`);
    },
  };
}

/** One line for each owner, in the order of its first undo. */
function listUndone(undone: readonly Undone[]): string[] {
  const owners = new Map<string, string[]>();
  for (const { target, list, step, ok } of undone) {
    const owner = quoteLine(target ?? list, 60);
    const name = `${quoteLine(step, 60)}${ok ? "" : " (failed)"}`;
    const steps = owners.get(owner);
    if (steps === undefined) owners.set(owner, [name]);
    else steps.push(name);
  }
  const lines = [...owners].map(([owner, steps]) => `${owner}: ${steps.join(", ")}`);
  const left = lines.length - OWNERS_SHOWN;
  return left > 1 ? [...lines.slice(0, OWNERS_SHOWN), `and ${formatCount(left)} more`] : lines;
}
