import { type Call, guarded, type Handler, type Handlers, levelOf, notFound, ok, paged } from "./answer.ts";
import { userJson } from "./issue-json.ts";
import { sampleOf } from "./sample.ts";

const TEAM = "/orgs/{org}/teams/{team_slug}";

/** Who is in which team, and who may write. */
export const peopleHandlers: Handlers = {
  [`GET ${TEAM}/members`]: withTeam(listMembers),
  [`GET ${TEAM}/memberships/{username}`]: withTeam(showMembership),
  "GET /repos/{owner}/{repo}/collaborators/{username}/permission": guarded(
    "metadata",
    "read",
    showPermission,
  ),
};

/** A team that the token may not see answers as one that does not exist. */
function withTeam(handler: (call: Call, members: readonly string[]) => ReturnType<Handler>): Handler {
  return (call) => {
    const members = call.state.teams.get(`${call.params.org}/${call.params.team_slug}`);
    const headers = { "x-accepted-github-permissions": "members=read" };
    if (members === undefined || levelOf(call.user, "members") === "none") return { ...notFound(), headers };
    return { headers, ...handler(call, members) };
  };
}

function listMembers(call: Call, members: readonly string[]): ReturnType<Handler> {
  return paged(call, members, (login) => userJson(call.state, login, call.base));
}

function showMembership({ params, base }: Call, members: readonly string[]): ReturnType<Handler> {
  const login = (params.username ?? "").toLowerCase();
  if (!members.some((member) => member.toLowerCase() === login)) return notFound();
  return ok({ role: "member", state: "active", url: `${base}/membership` });
}

function showPermission({ state, params, base }: Call): ReturnType<Handler> {
  const login = params.username ?? "";
  const permission = state.repository.permissions.get(login) ?? "none";
  const user = { ...userJson(state, login, base), role_name: permission };
  return ok(sampleOf("repository-collaborator-permission", { permission, role_name: permission, user }));
}
