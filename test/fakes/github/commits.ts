import { type Call, guarded, type Handler, type Handlers, notFound, ok, paged } from "./answer.ts";
import { userJson } from "./issue-json.ts";
import { sampleOf } from "./sample.ts";
import type { FakeCommit, FakePull } from "./state.ts";

const REPO = "/repos/{owner}/{repo}";
const PULL = `${REPO}/pulls/{pull_number}`;

/** The repository itself, its commits and branches, and the pull requests that brought them. */
export const commitHandlers: Handlers = {
  [`GET ${REPO}`]: guarded("metadata", "read", showRepository),
  [`GET ${REPO}/branches/{branch}`]: guarded("contents", "read", showBranch),
  [`GET ${REPO}/commits`]: guarded("contents", "read", listCommits),
  [`GET ${REPO}/commits/{ref}`]: guarded("contents", "read", showCommit),
  [`GET ${REPO}/commits/{commit_sha}/pulls`]: guarded("pull_requests", "read", listPullsOfCommit),
  [`GET ${PULL}/commits`]: guarded("pull_requests", "read", withPull(listCommitsOfPull)),
  [`GET ${PULL}/files`]: guarded("pull_requests", "read", withPull(listFiles)),
  [`GET ${PULL}/reviews`]: guarded("pull_requests", "read", withPull(listReviews)),
};

function withPull(handler: (call: Call, pull: FakePull) => ReturnType<Handler>): Handler {
  return (call) => {
    const wanted = Number(call.params.pull_number);
    const found = call.state.repository.pulls.find(({ number }) => number === wanted);
    return found === undefined ? notFound() : handler(call, found);
  };
}

function showRepository({ state, base }: Call): ReturnType<Handler> {
  const { owner, name, private: hidden } = state.repository;
  return ok(
    sampleOf("full-repository", {
      name,
      full_name: `${owner}/${name}`,
      private: hidden,
      visibility: hidden ? "private" : "public",
      owner: { ...userJson(state, owner, base), type: "Organization" },
    }),
  );
}

function showBranch({ state, params }: Call): ReturnType<Handler> {
  const name = params.branch ?? "";
  return ok(
    sampleOf("branch-with-protection", { name, protected: state.repository.protectedBranches.has(name) }),
  );
}

function listCommits(call: Call): ReturnType<Handler> {
  const { commits } = call.state.repository;
  const start = commits.findIndex(({ sha }) => sha === call.query.sha);
  if (start < 0) return notFound();
  const { path } = call.query;
  const touching = commits.slice(start).filter(({ paths }) => path === undefined || paths.includes(path));
  return paged(call, touching, (commit) => commitJson(call, commit));
}

function showCommit(call: Call): ReturnType<Handler> {
  const found = call.state.repository.commits.find(({ sha }) => sha === call.params.ref);
  return found === undefined ? notFound() : ok(commitJson(call, found));
}

function commitJson({ state, base }: Call, commit: FakeCommit): object {
  const { sha, author, committer, parents, verified } = commit;
  const user = (login: string | null) => (login === null ? null : userJson(state, login, base));
  const sampled = sampleOf("commit", {});
  const verification = { verified, reason: "valid", payload: null, signature: null, verified_at: null };
  return {
    ...sampled,
    sha,
    commit: { ...(sampled.commit as object), verification },
    author: user(author),
    committer: user(committer),
    parents: parents.map((parent) => ({ sha: parent, url: `${base}/commits/${parent}` })),
  };
}

function listPullsOfCommit(call: Call): ReturnType<Handler> {
  const { commits, pulls } = call.state.repository;
  const commit = commits.find(({ sha }) => sha === call.params.commit_sha);
  const own = pulls.filter(({ number }) => commit?.pulls.includes(number));
  return paged(call, own, (pull) => pullJson(call, pull));
}

function pullJson({ state, base }: Call, { number, author, merged, mergeCommit, head }: FakePull): object {
  const sampled = sampleOf("pull-request-simple", {});
  return {
    ...sampled,
    number,
    state: merged ? "closed" : "open",
    user: userJson(state, author, base),
    merged_at: merged ? "2026-11-02T00:00:00Z" : null,
    merge_commit_sha: mergeCommit,
    head: { ...(sampled.head as object), sha: head },
  };
}

function listCommitsOfPull(call: Call, { commits }: FakePull): ReturnType<Handler> {
  const plain = { committer: null, verified: false, parents: [], paths: [], pulls: [] };
  return paged(call, commits, (author) => commitJson(call, { ...plain, sha: "abc", author }));
}

function listFiles(call: Call, { files }: FakePull): ReturnType<Handler> {
  return paged(call, files, ({ path, blob }) =>
    sampleOf("diff-entry", { filename: path, sha: blob, status: "modified" }),
  );
}

function listReviews(call: Call, { number, reviews }: FakePull): ReturnType<Handler> {
  return paged(call, reviews, ({ login, state, commit }) =>
    sampleOf("pull-request-review", {
      id: number * 100,
      state,
      commit_id: commit,
      user: userJson(call.state, login, call.base),
    }),
  );
}
