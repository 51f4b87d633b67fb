import { findNearest } from "../plan/nearest.ts";
import { COMMANDS, type CommandName } from "../report/commands.ts";
import { refuse } from "./refuse.ts";

/** Throws INPUT_INVALID for what nobody can say to a change. */
export function findTold(word: string, restore: readonly string[]): CommandName {
  const all = COMMANDS.map(({ name }) => name);
  const told = all.find((name) => name === word);
  if (told === undefined) {
    const meant = findNearest(word, all);
    const hint = meant === null ? `Write one of ${all.join(", ")}.` : `Did you mean \`${meant}\`?`;
    throw refuse(`\`tell ${word}\` is nothing that a change understands.`, hint);
  }
  if (restore.length > 0 && told !== "rollback") {
    throw refuse(`\`tell ${word}\` restores nothing.`, "--restore goes with `tell rollback`.");
  }
  return told;
}
