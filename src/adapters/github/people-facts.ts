import { membershipKey, type PeopleFacts, plainHandle, type Standing } from "../../gate/approval-facts.ts";
import type { Lookups } from "../../gate/list-lookups.ts";
import { isApiFailure } from "./explain-error.ts";
import { needText, type ReadApi } from "./read-api.ts";

const TEAM = "/orgs/{org}/teams/{team_slug}";
const LOOKUPS_MAX = 200;

/** Who is in which team, and who may write: a refusal to tell is `unknown`, an outage throws. */
export async function lookUpPeople(api: ReadApi, { memberships, writers }: Lookups): Promise<PeopleFacts> {
  const seen = new Map<string, boolean>();
  const found: [string, Standing][] = [];
  // What is beyond the bound stays unknown, which is a no.
  for (const { team, login } of memberships.slice(0, LOOKUPS_MAX)) {
    found.push([membershipKey(team, login), await readMembership(api, { team, login, seen })]);
  }
  const allowed: [string, Standing][] = [];
  for (const login of writers.slice(0, LOOKUPS_MAX)) {
    allowed.push([plainHandle(login), await readPermission(api, login)]);
  }
  return { memberships: Object.fromEntries(found), writers: Object.fromEntries(allowed) };
}

type Asked = Readonly<{ team: string; login: string; seen: Map<string, boolean> }>;

async function readMembership(api: ReadApi, { team, login, seen }: Asked): Promise<Standing> {
  const [org = "", slug = ""] = team.split("/");
  const place = { org, team_slug: slug };
  try {
    const membership = await api.maybe(`${TEAM}/memberships/{username}`, { ...place, username: login });
    if (membership !== null) return needText(membership.state, "a membership") === "active" ? "yes" : "no";
    // The same 404 means "not a member" and "you may not see this team": only a look at the team tells.
    const isSeen = seen.get(team) ?? (await isVisible(api, place));
    seen.set(team, isSeen);
    return isSeen ? "no" : "unknown";
  } catch (error) {
    return unknownIfForbidden(error);
  }
}

async function isVisible(
  api: ReadApi,
  place: Readonly<{ org: string; team_slug: string }>,
): Promise<boolean> {
  try {
    await api.until(`${TEAM}/members`, { ...place, per_page: 1 }, () => true);
    return true;
  } catch (error) {
    if (isApiFailure(error) && error.status === 404) return false;
    throw error;
  }
}

async function readPermission(api: ReadApi, login: string): Promise<Standing> {
  try {
    const route = "/repos/{owner}/{repo}/collaborators/{username}/permission";
    const answer = await api.maybe(route, { username: login });
    if (answer === null) return "unknown";
    // `maintain` is told as `write` here, and custom roles as the one that they extend.
    const permission = needText(answer.permission, "a permission");
    return ["admin", "write", "maintain"].includes(permission) ? "yes" : "no";
  } catch (error) {
    return unknownIfForbidden(error);
  }
}

function unknownIfForbidden(error: unknown): Standing {
  const isLimit = isApiFailure(error) && /rate limit/i.test(error.message);
  if (isApiFailure(error) && error.status === 403 && !isLimit) return "unknown";
  throw error;
}
