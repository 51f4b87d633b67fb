import type { GitHubClient } from "../adapters/github/client.ts";
import { type GitHubDeployments, githubDeployments } from "../adapters/github/deployments.ts";
import { waitAtMost } from "../engine/wait-at-most.ts";
import type { Clock, Observer } from "../ports.ts";
import { type DeploymentStatus, outcomeStatuses, phaseStatus } from "../report/deployment-status.ts";
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

const DRAIN_MS = 30_000;

/** The change's one deployment on GitHub, with a status for each phase. What GitHub refuses is said once. */
export class DeploymentRecord implements Observer {
  readonly #world: World;
  #deployments: GitHubDeployments | null = null;
  #line: Promise<unknown> = Promise.resolve();
  #hasFailed = false;

  constructor(world: World) {
    this.#world = world;
  }

  onEvent(event: ChangeEvent, state: ChangeState): void {
    for (const status of statusesOf(event)) this.#report(status, state);
  }

  /** Resolves when the last status is there, or has had its time. */
  async drain(): Promise<void> {
    const { clock, cancel } = this.#world;
    await waitAtMost(clock, this.#line, { ms: DRAIN_MS, cancel });
  }

  #report(status: DeploymentStatus, state: ChangeState): void {
    if (state.commit === null || this.#hasFailed) return;
    this.#deployments ??= this.#open(state, state.commit);
    const deployments = this.#deployments;
    this.#line = this.#line.then(async () => {
      const answer = await deployments.report(status);
      if (answer.ok || this.#hasFailed) return;
      this.#hasFailed = true;
      const { message, hint } = answer.error;
      this.#world.say(`The deployment is not recorded on GitHub: ${message} ${hint ?? ""}`.trimEnd());
    });
  }

  #open({ change }: ChangeState, commit: string): GitHubDeployments {
    const { client, repository, runUrl } = this.#world;
    const { environment, id: changeId, title, digest } = change;
    const pointers = { change: changeId, digest };
    const record = { environment, changeId, commit, title, pointers, logUrl: runUrl, environmentUrl: null };
    return githubDeployments({ client, repository }, record);
  }
}

function statusesOf(event: ChangeEvent): readonly DeploymentStatus[] {
  switch (event.kind) {
    case "gate-passed":
      return [phaseStatus("prepare")];
    case "phase-reached":
      if (event.phase === "verify") return [];
      return [phaseStatus(event.phase === "prepare" ? "deploy" : "verify")];
    case "trigger-fired":
      return event.severity === "critical" ? [phaseStatus("rollback")] : [];
    case "interrupted":
      return outcomeStatuses("interrupted");
    case "finished":
      return outcomeStatuses(event.outcome);
    default:
      return [];
  }
}
