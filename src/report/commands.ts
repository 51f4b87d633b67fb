import type { Change, Role } from "../plan/change.ts";
import type { EventOf } from "../rollout/events.ts";
import { ROLES } from "./people.ts";

export type CommandName = EventOf<"commanded">["command"];

/** What a person may say while a change runs: as a comment, with `change-deploy tell`, or by a key. */
export const COMMANDS: readonly Readonly<{
  name: CommandName;
  key: string;
  effect: string;
  roles: readonly Role[];
}>[] = [
  { name: "continue", key: "c", effect: "goes on as planned", roles: ["manager", "engineers"] },
  {
    name: "hold",
    key: "h",
    effect: "finishes what has been started, and stops there",
    roles: ["manager", "engineers", "quality", "security"],
  },
  {
    name: "rollback",
    key: "r",
    effect: "undoes what has been done, and verifies it",
    roles: ["manager", "security"],
  },
  { name: "abort", key: "a", effect: "stops at once, as it is", roles: ["manager"] },
];

/** The parts of this plan's team that may say it; with no team it is whoever may write to the repository. */
export function whoMay({ team }: Change, roles: readonly Role[]): readonly Role[] | "collaborators" {
  if (ROLES.every((role) => team[role].length === 0)) return "collaborators";
  return roles.filter((role) => team[role].length > 0);
}
