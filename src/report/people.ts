import type { Change, Role } from "../plan/change.ts";
import { quoteLine } from "./clean.ts";
import { code, plain } from "./markdown.ts";

/** The names that a user or a team of GitHub may have: nothing else becomes a mention. */
const HANDLE = /^@?([a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}(?:\/[a-z\d](?:[\w.-]{0,98}[a-z\d])?)?)$/iu;
const MENTIONS_MAX = 20;

export const ROLES: readonly Role[] = ["manager", "engineers", "quality", "security"];

/** Everybody of these parts of the plan's team, each once, without the `@`. */
export function peopleOf({ team }: Change, roles: readonly Role[]): string[] {
  const names = roles.flatMap((role) => team[role]).map((entry) => HANDLE.exec(entry)?.[1] ?? entry);
  return [...new Set(names)];
}

/** The first of these parts of the team that somebody is in. */
export function firstRole(change: Change, roles: readonly Role[]): string[] {
  const found = roles.find((role) => change.team[role].length > 0);
  return found === undefined ? [] : peopleOf(change, [found]);
}

/**
 * A live mention. Only for names out of the plan's team, which was approved: this is the one way by
 * which text in a report calls somebody.
 */
export function mention(name: string): string {
  return HANDLE.test(name) ? `@${name.replace(/^@/u, "")}` : plain(name, 80);
}

/** `@octocat, @org/platform`; empty where there is nobody. */
export function mentionAll(names: readonly string[]): string {
  const shown = names.slice(0, MENTIONS_MAX).map(mention);
  const left = names.length - shown.length;
  return left > 0 ? `${shown.join(", ")} and ${left} more` : shown.join(", ");
}

/** The same for a line of plain text, where nobody is called. */
export function nameAll(names: readonly string[]): string {
  const shown = names.slice(0, MENTIONS_MAX).map((name) => quoteLine(name, 80));
  const left = names.length - shown.length;
  return left > 0 ? `${shown.join(", ")} and ${left} more` : shown.join(", ");
}

/** Who is who, and whom to reach in an emergency. null where the plan names nobody. */
export function renderPeople(change: Change): string | null {
  const roles = ROLES.filter((role) => change.team[role].length > 0).map(
    (role) => `- ${role}: ${mentionAll(peopleOf(change, [role]))}`,
  );
  const contacts = change.team.contacts.map(({ name, reach, test }) => {
    const tried = test === null ? "" : ", tried before the start";
    return `- ${plain(name, 80)}: ${code(reach, 120)}${tried}`;
  });
  if (roles.length + contacts.length === 0) return null;
  const reach = contacts.length === 0 ? [] : ["", "In an emergency:", "", ...contacts];
  return ["## People", "", ...roles, ...reach].join("\n");
}
