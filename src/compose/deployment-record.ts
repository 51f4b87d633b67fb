import type { GitHubClient } from "../adapters/github/client.ts";
import { type GitHubDeployments, githubDeployments } from "../adapters/github/deployments.ts";
import { waitAtMost } from "../engine/wait-at-most.ts";
import type { ChangeError } from "../errors.ts";
import type { Clock, Observer } from "../ports.ts";
import {
  type DeploymentStatus,
  outcomeStatuses,
  phaseStatus,
  unsaidStatuses,
} from "../report/deployment-status.ts";
import { outcomeOf } from "../report/phase.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import type { ChangeState } from "../rollout/state.ts";

type World = Readonly<{
  client: GitHubClient;
  repository: Readonly<{ owner: string; repo: string }>;
  runUrl: string;
  clock: Clock;
  cancel: AbortSignal;
  say: (line: string) => void;
}>;

type Waiting = Readonly<{ status: DeploymentStatus; isLast: boolean }>;

const DRAIN_MS = 30_000;
/** For one status with its repeats: two may have to fail within the time for draining. */
const STATUS_MS = 15_000;

/**
 * The change's one deployment on GitHub, with a status for each phase. What GitHub refuses is said once; from
 * there on only how it ends is tried, once, so that the last word is true and nobody waits for the others.
 */
export class DeploymentRecord implements Observer {
  readonly #world: World;
  #deployments: GitHubDeployments | null = null;
  #line: Promise<unknown> = Promise.resolve();
  #failures = 0;
  /** It says how the change ended, or whoever died may have had more to say: who goes on says where it stands. */
  #mustRepeat = false;
  /** What an earlier step has left there, as far as the journal tells. */
  #left: DeploymentStatus | null = null;

  constructor(world: World) {
    this.#world = world;
  }

  /** Before anything else: `state` is what an earlier process has left, and has said. */
  begin(state: ChangeState): void {
    this.#mustRepeat = outcomeOf(state) !== null;
    if (!this.#mustRepeat && state.progress.gatePassed) this.#left = presentStatus(state);
  }

  onEvent(event: ChangeEvent, state: ChangeState): void {
    const isLast = event.kind === "finished" || event.kind === "interrupted";
    if (event.kind === "lease-taken-over") {
      this.#mustRepeat = true;
      this.#left = null;
    }
    const isTakenUp = event.kind === "resumed" && this.#mustRepeat && outcomeOf(state) === null;
    const statuses = isTakenUp ? [presentStatus(state)] : statusesOf(event);
    for (const status of statuses) {
      // The next step checks its preparation again, which is no news.
      if (status === this.#left) continue;
      this.#left = null;
      this.#enqueue({ status, isLast }, state);
    }
    if (isTakenUp) this.#left = presentStatus(state);
  }

  /** The outcome that a process has recorded, and died before it could say it here. */
  async catchUp(state: ChangeState): Promise<void> {
    const outcome = outcomeOf(state);
    if (outcome === null || state.commit === null) return;
    const deployments = this.#open(state, state.commit);
    const answer = await deployments.complete((newest) => unsaidStatuses(outcome, newest));
    if (!answer.ok) this.#sayUnrecorded(answer.error);
  }

  /** Resolves when the last status is there, or has had its time. */
  async drain(): Promise<void> {
    const { clock, cancel } = this.#world;
    await waitAtMost(clock, this.#line, { ms: DRAIN_MS, cancel });
  }

  #enqueue(waiting: Waiting, state: ChangeState): void {
    if (state.commit === null) return;
    this.#deployments ??= this.#open(state, state.commit);
    const deployments = this.#deployments;
    this.#line = this.#line.then(() => this.#report(deployments, waiting));
  }

  async #report(deployments: GitHubDeployments, { status, isLast }: Waiting): Promise<void> {
    if (this.#failures > (isLast ? 1 : 0)) return;
    const answer = await deployments.report(status);
    if (answer.ok) return;
    this.#failures += 1;
    if (this.#failures > 1) return;
    this.#sayUnrecorded(answer.error);
  }

  #sayUnrecorded({ message, hint }: ChangeError): void {
    this.#world.say(`The deployment is not recorded on GitHub: ${message} ${hint ?? ""}`.trimEnd());
  }

  #open({ change }: ChangeState, commit: string): GitHubDeployments {
    const { client, repository, runUrl } = this.#world;
    const { environment, id: changeId, title, digest } = change;
    const pointers = { change: changeId, digest };
    const record = { environment, changeId, commit, title, pointers, logUrl: runUrl, environmentUrl: null };
    return githubDeployments({ client, repository }, record, { deadlineMs: STATUS_MS });
  }
}

function statusesOf(event: ChangeEvent): readonly DeploymentStatus[] {
  switch (event.kind) {
    case "window-awaited":
      return [phaseStatus("gate")];
    case "gate-passed":
      return [phaseStatus("prepare")];
    case "phase-reached":
      if (event.phase === "verify") return [];
      return [phaseStatus(event.phase === "prepare" ? "deploy" : "verify")];
    case "trigger-fired":
      return event.severity === "critical" ? [phaseStatus("rollback")] : [];
    case "rollback-retried":
      return [phaseStatus("rollback")];
    case "interrupted":
      return outcomeStatuses("interrupted");
    case "finished":
      return outcomeStatuses(event.outcome);
    default:
      return [];
  }
}

/** Of a change that goes on after it was held or cut off. */
function presentStatus({ rollback, progress }: ChangeState): DeploymentStatus {
  if (rollback !== null) return phaseStatus("rollback");
  if (progress.reached.has("deploy")) return phaseStatus("verify");
  if (progress.reached.has("prepare")) return phaseStatus("deploy");
  return phaseStatus(progress.gatePassed ? "prepare" : "gate");
}
