import type { ToldCommand } from "../adapters/spool/spool-file.ts";
import type { Judgement } from "../adapters/spool/take-commands.ts";
import type { Change, Role } from "../plan/change.ts";
import { findNearest } from "../plan/nearest.ts";
import { COMMANDS, type CommandName } from "../report/commands.ts";
import { ROLES } from "../report/people.ts";
import type { ChangeState } from "../rollout/state.ts";

/** Whoever may write where only the user of the running process may, and stands for nobody else. */
export const OPERATOR = "operator";

type Asked = Readonly<{ command: CommandName; as: string | null; restore: readonly string[] }>;
type Standing =
  | Readonly<{ ok: true; role: Role | typeof OPERATOR }>
  | Readonly<{ ok: false; why: string; hint: string | null }>;

/** By which right somebody on this machine says it, and whether the change can do it as it stands. */
export function judgeTold(state: ChangeState, asked: Asked): Standing {
  const why = refuseNow(state, asked);
  return why ?? findRole(state.change, asked);
}

/** The same for what was said from another process; a claimed login is kept beside the user who claims it. */
export function judgeToldCommand(state: ChangeState, told: ToldCommand): Judgement {
  const standing = judgeTold(state, told);
  if (!standing.ok) return standing;
  const { id, command, restore } = told;
  const by = told.as === null ? told.by : `${told.as} (${told.by})`;
  const restored = restore.length === 0 ? {} : { restore };
  return { ok: true, command: { command, by, role: standing.role, id, ...restored } };
}

/** A login stands in the team where the plan names it literally: who is in a team of GitHub is not known here. */
function findRole({ team }: Change, { command, as }: Asked): Standing {
  if (as === null) return { ok: true, role: OPERATOR };
  const roles = ROLES.filter((role) => team[role].some((entry) => plainLogin(entry) === plainLogin(as)));
  if (roles.length === 0) {
    const hint = "Leave --as out to speak as the operator, who may tell it everything.";
    return refuse(`The plan's team does not name ${as}.`, hint);
  }
  const may = COMMANDS.find(({ name }) => name === command)?.roles ?? [];
  const role = roles.find((one) => may.includes(one));
  if (role !== undefined) return { ok: true, role };
  const able = may.map((one) => `\`team.${one}\``).join(", ");
  return refuse(`${as} stands in \`team.${roles.join("`, `team.")}\`, and ${command} is for ${able}.`);
}

/** What would be recorded and change nothing, or name a backup that there is not. */
function refuseNow(state: ChangeState, { command, restore }: Asked): Standing | null {
  if (state.outcome !== null) return refuse(`The change has ended: ${state.outcome.outcome}.`);
  if (command === "continue" && state.pause === null) {
    return refuse("The change waits for no answer: it goes on by itself.");
  }
  if (command === "hold" && state.rollback !== null) {
    return refuse("The change is being rolled back, which nothing holds but `abort`.");
  }
  const made = [...state.progress.backups].flatMap(([name, { kind }]) => (kind === "made" ? [name] : []));
  const unknown = restore.find((name) => !made.includes(name));
  if (unknown === undefined) return null;
  const meant = findNearest(unknown, made);
  const others = made.length === 0 ? "It has made none." : `It has made ${made.join(", ")}.`;
  const hint = meant === null ? others : `Did you mean ${meant}?`;
  return refuse(`This attempt has made no backup named ${JSON.stringify(unknown)}.`, hint);
}

/** Logins know no case, and may be written with their sign. */
function plainLogin(login: string): string {
  return login.replace(/^@/u, "").toLowerCase();
}

function refuse(why: string, hint: string | null = null): Standing {
  return { ok: false, why, hint };
}
