import type { TeamRoles } from "../gate/approval-facts.ts";

/** GitHub takes no more. */
const ASSIGNEES_MAX = 10;
const ORDER = ["manager", "engineers", "security", "quality"] as const;

/** The people of the plan's team who can be assigned to its issue: users, the manager first. Teams cannot. */
export function listAssignees(team: TeamRoles | null): readonly string[] {
  const handles = team === null ? [] : ORDER.flatMap((role) => team[role]);
  const logins = handles.map((handle) => handle.replace(/^@/, "")).filter((login) => !/[/[]/.test(login));
  const distinct = new Map(logins.map((login) => [login.toLowerCase(), login]));
  return [...distinct.values()].slice(0, ASSIGNEES_MAX);
}
