import type { OpenedJournal } from "../adapters/git/open-journal.ts";
import type { Fact } from "../rollout/decide.ts";
import type { EventOf } from "../rollout/events.ts";
import type { Opening } from "../rollout/reopen.ts";
import type { ChangeState } from "../rollout/state.ts";
import type { Surroundings } from "./look-around.ts";
import type { SessionRequest } from "./session.ts";
import type { Shell } from "./shell.ts";

type Scene = Readonly<{
  opening: Opening;
  request: SessionRequest;
  state: ChangeState;
  opened: OpenedJournal;
  shell: Pick<Shell, "holder">;
  /** What the gate has recorded for exactly this digest. */
  approved: EventOf<"approved"> | null;
  around: Surroundings;
}>;

/** What a session has to say before it decides anything: who goes on, by which right, and with what. */
export function openingFacts(scene: Scene): readonly Fact[] {
  const { opening, request, opened } = scene;
  const taken: Fact[] = opened.takenOver === null ? [] : [{ kind: "lease-taken-over", ...opened.takenOver }];
  if (opening.kind !== "start" || request.kind !== "run") return [...taken, ...goOn(scene)];
  return [...taken, begin(scene, request), ...approvals(scene)];
}

function goOn({ opening, opened, shell, around }: Scene): Fact[] {
  const writeAhead = opened.writeAhead === "missing" ? "missing" : "found";
  const facts = opening.kind === "continue" ? opening.facts : [];
  const anew = around.anew === null ? {} : { anew: around.anew };
  const { token } = opened;
  return [{ kind: "resumed", holder: shell.holder, writeAhead, token, ...anew, ...overOf(around) }, ...facts];
}

function begin(
  { state, opened, shell, around }: Scene,
  { commit }: Extract<SessionRequest, { kind: "run" }>,
): Fact {
  const { id, environment, version, digest } = state.change;
  const attempt = opened.events.filter((event) => event.kind === "attempt-started").length + 1;
  const { holder } = shell;
  const { token } = opened;
  const facts = { attempt, change: id, environment, version, digest, commit, holder, token };
  return { kind: "attempt-started", ...facts, ...overOf(around) };
}

function overOf({ over }: Surroundings): { over?: string[] } {
  return over.length === 0 ? {} : { over: [...over] };
}

/** The gate's proof, or on a command line somebody's word, which is recorded as no more than that. */
function approvals({ request, state, approved }: Scene): Fact[] {
  const { digest, preflight, needsApproval } = state.change;
  if (!needsApproval || state.approval !== null) return [];
  if (approved !== null) {
    const { at: _, ...fact } = approved;
    return [fact];
  }
  const by = request.kind === "run" ? (request.approvedBy ?? null) : null;
  if (by === null) return [];
  const attestations = preflight.attestations.map(({ name, role }) => ({ name, role, by }));
  const word = [{ of: "the command line", by: [by] }];
  return [{ kind: "approved", digest, proof: "unproven", approvals: word, attestations, owed: [] }];
}
