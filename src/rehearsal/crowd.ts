import { ChangeError } from "../errors.ts";
import type { Requirement } from "../plan/change.ts";
import type { Announcer, Messenger, People, PersonCommand, Records } from "../ports.ts";
import type { Life } from "./life.ts";
import type { World } from "./world.ts";

const TELL_MS = 300;
const SLOW_MS = 180_000;
const HEARD_AFTER_MS = 1_000;

/** Comments on the change's issue, and who reads them. */
export class Crowd {
  readonly #world: World;
  readonly #said: PersonCommand[] = [];
  readonly #listeners = new Set<() => void>();
  issues = 0;

  constructor(world: World) {
    this.#world = world;
  }

  say(command: PersonCommand["command"], restore?: readonly string[]): void {
    const id = `comment-${this.#said.length + 1}`;
    const spoken = { command, by: "octocat", role: "manager", id };
    this.#said.push(restore === undefined ? spoken : { ...spoken, restore });
    for (const tell of this.#listeners) tell();
  }

  people(life: Life): People {
    return {
      listen: (state, onCommand, signal) => {
        const known = new Set(state.commandIds);
        const tell = async () => {
          for (const command of this.#said) {
            if (known.has(command.id)) continue;
            known.add(command.id);
            await this.#world.clock.sleep(HEARD_AFTER_MS, signal);
            await life.pass(undefined);
            if (!signal.aborted) onCommand(command);
          }
        };
        const end = () => this.#listeners.delete(tell);
        this.#listeners.add(tell);
        signal.addEventListener("abort", end, { once: true });
        life.over.then(end);
        tell();
      },
    };
  }

  announcer(life: Life): Announcer {
    return {
      announce: async () => {
        const { clock, random, faults } = this.#world;
        await life.pass(undefined);
        const ms = random.chance(faults.slowToTell) ? SLOW_MS : TELL_MS;
        await clock.sleep(ms / 2);
        await life.pass(undefined);
        if (random.chance(faults.untold)) throw new ChangeError("GITHUB_FAILED", "HTTP 502");
        await clock.sleep(ms / 2);
        // The adapter looks again once it has opened one, and closes its own double.
        this.issues = 1;
        await life.pass(undefined);
        // The issue is there, and nobody has heard of it.
        if (random.chance(faults.untold)) throw new ChangeError("GITHUB_FAILED", "socket hang up");
        return life.pass({ url: "https://github.test/issues/1" });
      },
    };
  }

  messenger(life: Life): Messenger {
    return {
      giveNotice: async () => {
        const { clock, random, faults, noticesMs } = this.#world;
        await life.pass(undefined);
        await clock.sleep(random.chance(faults.slowToTell) ? SLOW_MS : TELL_MS);
        noticesMs.push(clock.now());
        return life.pass(random.chance(faults.untold) ? ["SLACK_WEBHOOK"] : []);
      },
    };
  }

  records(life: Life): Records {
    return {
      hasSucceeded: async ({ environment }: Requirement) => {
        const { clock, random, faults } = this.#world;
        await life.pass(undefined);
        await clock.sleep(TELL_MS);
        const met = !random.chance(faults.unmet);
        return life.pass({ met, detail: met ? `succeeded in ${environment}` : `not in ${environment}` });
      },
      countIssues: async (label, _sinceMs, signal) => {
        const { clock, random, faults } = this.#world;
        await life.pass(undefined);
        await clock.sleep(TELL_MS, signal);
        if (random.chance(faults.untold)) return life.pass(null);
        const many = this.#world
          .breaching()
          .flatMap(({ when }) => (when.kind === "issues" && when.label === label ? [when.moreThan + 1] : []));
        return life.pass(Math.max(0, ...many));
      },
    };
  }
}
