import { waitAtMost } from "../engine/wait-at-most.ts";
import type { Change } from "../plan/change.ts";
import type { Clock, Messenger, Observer } from "../ports.ts";
import type { Message } from "../report/message.ts";
import { messageOf, noticeOf } from "../report/messages.ts";
import type { Fact } from "../rollout/decide.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import type { ChangeState } from "../rollout/state.ts";
import { createNotifier, type Undelivered } from "./notifier.ts";

/** Messages wait in line, so that people read them in order; a webhook that hangs must not pile them up. */
const WAITING_MAX = 100;
const DRAIN_MS = 20_000;
const LAST_WORD_MS = 2_500;
/** The journal names so many failures; more would say nothing new. */
const FAILURES_MAX = 20;

type World = Readonly<{
  clock: Clock;
  env: Readonly<Record<string, string | undefined>>;
  cancel: AbortSignal;
}>;

/** What the plan's destinations are told as it happens. Nothing waits for it, and no failure stops anything. */
export class Notifications implements Messenger, Observer {
  readonly #world: World;
  readonly #send: (message: Message, signal: AbortSignal) => Promise<readonly Undelivered[]>;
  readonly #hasDestinations: boolean;
  readonly #failures = new Map<string, string>();
  #line: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor({ notify }: Change, world: World) {
    const destinations = notify.to.map(({ env, format }) => ({ webhook: env, format }));
    this.#world = world;
    this.#hasDestinations = destinations.length > 0;
    this.#send = createNotifier(destinations, world);
  }

  onEvent(event: ChangeEvent, state: ChangeState): void {
    const message = this.#hasDestinations ? messageOf(event, state) : null;
    if (message === null) return;
    if (this.#waiting >= WAITING_MAX)
      this.#note({ webhook: "all", detail: "too many messages were waiting" });
    else void this.#enqueue(message, this.#signalFor(event));
  }

  async giveNotice(state: ChangeState): Promise<readonly string[]> {
    const failed = await this.#enqueue(noticeOf(state), this.#world.cancel);
    return failed.map(({ webhook, detail }) => `${webhook}: ${detail}`);
  }

  /** What could not be delivered, once each, as facts for the journal; after what is still on its way. */
  async drain(): Promise<readonly Fact[]> {
    await waitAtMost(this.#world.clock, this.#line, { ms: DRAIN_MS, cancel: this.#world.cancel });
    const facts = [...this.#failures.values()].map((detail) => ({ kind: "notify-failed", detail }) as const);
    this.#failures.clear();
    return facts;
  }

  /** A cancel ends what is being sent, and is itself what people have to be told, in what time is left. */
  #signalFor({ kind }: ChangeEvent): AbortSignal {
    return kind === "interrupted" ? AbortSignal.timeout(LAST_WORD_MS) : this.#world.cancel;
  }

  #enqueue(message: Message, signal: AbortSignal): Promise<readonly Undelivered[]> {
    this.#waiting++;
    const sent = this.#line.then(() => this.#send(message, signal));
    this.#line = sent.then((failed) => {
      this.#waiting--;
      for (const one of failed) this.#note(one);
    });
    return sent;
  }

  #note({ webhook, detail }: Undelivered): void {
    if (this.#failures.size < FAILURES_MAX) this.#failures.set(webhook, `${webhook}: ${detail}`);
  }
}
