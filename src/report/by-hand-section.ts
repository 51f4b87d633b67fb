import type { Change } from "../plan/change.ts";
import type { ChangeState } from "../rollout/state.ts";
import { type ByHand, listByHand, type UndoCommand, undoVariables } from "./by-hand.ts";
import { cleanLine, shorten } from "./clean.ts";
import type { Block } from "./fit.ts";
import { code, fenceExact, isVisible, plain } from "./markdown.ts";
import { quoteWord } from "./shell-words.ts";

const ENTRIES_RENDERED_MAX = 300;
const COMMAND_CHARS_MAX = 2_000;
const VALUE_CHARS_MAX = 1_000;

/** What is left to do by hand, in the order of the undo, with the commands to copy. */
export function byHandBlock(state: ChangeState): Block {
  const rows: string[] = [];
  let total = 0;
  for (const entry of listByHand(state)) {
    total++;
    if (rows.length < ENTRIES_RENDERED_MAX) rows.push(renderEntry(state.change, entry));
  }
  const how = "Each runs under `sh -eu`, in this order, with these variables set where it runs.";
  return { head: `## Left to do by hand\n\n${how}\n`, rows, total, noun: "entries", cut: "end" };
}

/** What runs once, by the list that it stands in. */
const ONCE: Readonly<Record<ByHand["scope"], string>> = {
  before: "Steps that run once (before)",
  each: "Steps of every target",
  after: "Steps that run once (after)",
  switch: "The traffic switch",
  prepare: "What the preparation restricted",
  respond: "Responses to the trigger",
  restore: "Backups to restore",
  service: "The service as a whole",
};

function renderEntry(change: Change, entry: ByHand): string {
  const { target, batch, scope, undone } = entry;
  const subject = target === null ? `**${ONCE[scope]}**` : `**${plain(target.name)}**`;
  const place = target === null ? "" : ` at ${code(target.host)}, batch ${(batch ?? 0) + 1}`;
  const hint = undone
    ? " Every undo has run: look first whether it is back, and repeat only what is missing."
    : "";
  const told = `${subject}${place}: ${plain(entry.reason, 400)}.${hint}`;
  if (entry.commands.length === 0)
    return `${told}\n\n${scope === "service" ? "Look for the cause: everything that the plan can undo is undone." : "The plan declares nothing to undo here."}\n`;
  return `${told}\n\n${fenceExact(renderCommands(change, entry), "sh")}\n`;
}

function renderCommands(change: Change, entry: ByHand): string {
  const where = entry.target === null ? "the runner" : entry.target.name;
  const commands = entry.commands.map((command) => renderCommand(command, where, change));
  return [...renderVariables(change, entry), ...commands].join("\n");
}

function renderVariables(change: Change, entry: ByHand): string[] {
  const variables = Object.entries(undoVariables(change, entry));
  const shown = variables.filter(([, value]) => isShowable(value));
  const hidden = variables.filter(([name]) => !shown.some(([known]) => known === name));
  const words = shown.map(([name, value]) => `${name}=${quoteWord(value)}`).join(" ");
  const notes = hidden.map(([name]) => `# ${name} holds what cannot be shown: take it from the journal.`);
  return [`export ${words}`, ...notes];
}

function isShowable(value: string): boolean {
  return value.length <= VALUE_CHARS_MAX && isVisible(value) && !value.includes("\n");
}

function renderCommand(command: UndoCommand, target: string, change: Change): string {
  const where = command.on === "runner" ? "the runner" : target;
  const what = command.direction === "do" ? `"${command.step}"` : `undo of "${command.step}"`;
  const title = comment(`${what}, on ${where}`);
  if (command.run === null) return `${comment(`"${command.step}" is irreversible: there is no undo for it`)}`;
  if (command.run.length > COMMAND_CHARS_MAX) {
    return `${title}\n${comment(`too long to be shown: take it from the plan with digest ${change.digest}`)}`;
  }
  return [title, ...renderFile(command), command.run.trimEnd()].join("\n");
}

/** Where another machine does it, the file has to be put there, or fetched to a place of one's own. */
function renderFile({ file }: UndoCommand): string[] {
  if (file === null) return [];
  if (file === "" || !isShowable(file)) return [comment("set BACKUP_FILE to where the backup is to lie")];
  return [`export BACKUP_FILE=${quoteWord(file)}`];
}

function comment(text: string): string {
  return `# ${shorten(cleanLine(text), 200)}`;
}
