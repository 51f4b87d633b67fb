import type { Observer } from "../ports.ts";
import type { Fact } from "../rollout/decide.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import type { ChangeState } from "../rollout/state.ts";
import { Notifications } from "./notifications.ts";
import type { Shell } from "./shell.ts";

/** Everybody who is told of each event, beside the change's own records. Nothing waits for any of them. */
export class Followers implements Observer {
  readonly notifications: Notifications;
  readonly #shell: Pick<Shell, "observer" | "deployments">;

  /** `state` is that of before this process. */
  constructor(state: ChangeState, shell: Pick<Shell, "observer" | "deployments" | "clock" | "cancel">) {
    const { clock, cancel } = shell;
    this.#shell = shell;
    this.notifications = new Notifications(state.change, { clock, env: process.env, cancel });
    shell.deployments?.begin(state);
  }

  onEvent(event: ChangeEvent, state: ChangeState): void {
    this.#shell.observer.onEvent(event, state);
    this.#shell.deployments?.onEvent(event, state);
    this.notifications.onEvent(event, state);
  }

  /** At the end: waits for what is on its way, within bounds, and says what did not get there. */
  async drain(): Promise<readonly Fact[]> {
    const [failed] = await Promise.all([this.notifications.drain(), this.#shell.deployments?.drain()]);
    return failed;
  }
}
