import type { Role } from "../plan/change.ts";
import { findNearest } from "../plan/nearest.ts";
import type { PersonCommand } from "../ports.ts";
import { refuse } from "./refuse.ts";

export type Told = PersonCommand["command"];

type ToldCommand = Readonly<{
  key: string;
  /** Completes "press the key again to". */
  effect: string;
  /** The parts of a plan's team that may say it. */
  roles: readonly Role[];
}>;

/** What a person may say to a change at work, by `tell` or by a key on its board. */
export const TOLD_COMMANDS: Readonly<Record<Told, ToldCommand>> = {
  continue: { key: "c", effect: "go on as planned", roles: ["manager", "engineers"] },
  hold: {
    key: "h",
    effect: "finish what has been started, and stop there",
    roles: ["manager", "engineers", "security", "quality"],
  },
  rollback: { key: "r", effect: "undo what has been done, and verify it", roles: ["manager", "security"] },
  abort: { key: "a", effect: "stop at once, as it is", roles: ["manager"] },
};

/** Throws INPUT_INVALID for what nobody can say. */
export function findTold(word: string, restore: readonly string[]): Told {
  const all = Object.keys(TOLD_COMMANDS);
  if (!Object.hasOwn(TOLD_COMMANDS, word)) {
    const meant = findNearest(word, all);
    const hint = meant === null ? `Write one of ${all.join(", ")}.` : `Did you mean \`${meant}\`?`;
    throw refuse(`\`tell ${word}\` is nothing that a change understands.`, hint);
  }
  if (restore.length > 0 && word !== "rollback") {
    throw refuse(`\`tell ${word}\` restores nothing.`, "--restore goes with `tell rollback`.");
  }
  return word as Told;
}
