import {
  isTeam,
  membershipKey,
  type PeopleFacts,
  plainHandle,
  type Role,
  standingIn,
  type TeamRoles,
} from "./approval-facts.ts";
import type { CommandName } from "./parse-command.ts";

export type CommandRole = Role | "collaborator";

export type Authorisation =
  | Readonly<{ ok: true; role: CommandRole }>
  | Readonly<{ ok: false; message: string }>;

/** Widest first: who is in several parts of the team speaks for the first that may. */
const MAY: Readonly<Record<Role, readonly CommandName[]>> = {
  manager: ["hold", "continue", "abort", "rollback"],
  engineers: ["hold", "continue"],
  security: ["hold", "rollback"],
  quality: ["hold"],
};
const ROLES = Object.keys(MAY) as Role[];

export type AskedCommand = Readonly<{ team: TeamRoles | null; login: string; command: CommandName }>;

/**
 * Whether somebody may give a command. With a team in the plan, its parts decide; without one, the right
 * to write to the repository does. What GitHub does not tell is a no.
 */
export function authorise({ team, login, command }: AskedCommand, people: PeopleFacts): Authorisation {
  if (team === null) {
    if (people.writers[plainHandle(login)] === "yes") return { ok: true, role: "collaborator" };
    return refuse("The plan names no team, so only those who may write to the repository may do this.");
  }
  const able = ROLES.filter((role) => MAY[role].includes(command));
  const standings = able.map((role) => ({ role, standing: standingIn(team[role], login, people) }));
  const found = standings.find(({ standing }) => standing === "yes");
  if (found !== undefined) return { ok: true, role: found.role };
  const parts = able.map((role) => `\`team.${role}\``).join(", ");
  const unsure = standings.some(({ standing }) => standing === "unknown");
  return refuse(
    unsure
      ? `\`/${command}\` is for the plan's ${parts}, and GitHub does not tell whether you are in it: the action's \`token\` needs the organization's permission \`members: read\`, or the plan has to name users.`
      : `\`/${command}\` is for the plan's ${parts}.`,
  );
}

/** The teams to look into before `authorise` can answer; empty where names alone decide. */
export function teamsToAsk({ team, login, command }: AskedCommand): readonly string[] {
  if (team === null) return [];
  const handles = ROLES.filter((role) => MAY[role].includes(command)).flatMap((role) => team[role]);
  if (handles.some((handle) => plainHandle(handle) === plainHandle(login))) return [];
  const teams = handles.filter(isTeam).map(plainHandle);
  return [...new Map(teams.map((name) => [membershipKey(name, login), name])).values()];
}

function refuse(message: string): Authorisation {
  return { ok: false, message };
}
