import { runChange, type Until } from "../../src/engine/run-change.ts";
import { ChangeError } from "../../src/errors.ts";
import type { Change, Check, Target } from "../../src/plan/change.ts";
import type { CommandCall, CommandResult, PersonCommand, Ports, ReceiptAnswer } from "../../src/ports.ts";
import { VirtualClock } from "../../src/rehearsal/virtual-clock.ts";
import { type Issue, renderIssue } from "../../src/report/issue.ts";
import type { Message } from "../../src/report/message.ts";
import { messageOf, noticeOf } from "../../src/report/messages.ts";
import { openTimeline, recordInTimeline, type Timeline } from "../../src/report/timeline.ts";
import type { Measurement } from "../../src/rollout/event-parts.ts";
import type { ChangeEvent, EventOf } from "../../src/rollout/events.ts";
import { evolve } from "../../src/rollout/evolve.ts";
import { planOpening, type Wish } from "../../src/rollout/reopen.ts";
import { replay } from "../../src/rollout/replay.ts";
import type { ChangeState } from "../../src/rollout/state.ts";

/** What a command does; what is left out goes well, in a second. Its effect is there at its end. */
export type Behaviour = Readonly<{
  ms?: number;
  code?: number;
  ending?: CommandResult["ending"];
  stdout?: string;
}>;

/** What a check measures: a number that its limits judge, or an answer without one; `null` is no answer. */
export type Reading = number | "well" | "ill" | null;

export type Script = Readonly<{
  behave?: (call: CommandCall, theatre: Theatre) => Behaviour | undefined;
  read?: (check: string, target: string | null, theatre: Theatre) => Reading | undefined;
  /** Open issues with that label. */
  count?: (label: string, theatre: Theatre) => number | null | Promise<number | null>;
  requirement?: Readonly<{ met: boolean; detail: string }>;
  isApproved?: boolean;
  startAt?: string;
  /** How long the issue takes to be written; an error is told instead. */
  announceMs?: number;
  announceFails?: boolean;
  /** A receipt that says otherwise than what happened to the command. */
  receipt?: (call: CommandCall, theatre: Theatre) => ReceiptAnswer | undefined;
}>;

export type RunOptions = Readonly<{
  wish?: "run" | "resume" | "rollback" | "repaired";
  restore?: readonly string[];
  until?: Until;
  cancel?: AbortSignal;
  /** The process is gone once this event is on its disk. */
  killAt?: (event: ChangeEvent, theatre: Theatre) => boolean;
}>;

type Ran = Readonly<{
  atMs: number;
  name: string;
  script: string;
  env: CommandCall["env"];
  target: string | null;
  on: CommandCall["on"];
}>;

type Spoken = Readonly<{ atMs: number; command: PersonCommand }>;

const NEVER = new Promise<never>(() => {});
const HOLDER = { actor: "octocat", where: "theatre" };
const QUICK_MS = 100;
const NOWHERE = { journalRef: null, journalRemote: null, runUrl: null, issueUrl: null, reportPath: null };

/**
 * A change, played by the real engine on a clock that jumps: what every command and every measurement does is in
 * a script, and all that happened can be looked up afterwards. A process can be killed; its disk survives.
 */
export class Theatre {
  readonly change: Change;
  readonly clock: VirtualClock;
  readonly journal: ChangeEvent[] = [];
  /** Every command of a step, a backup or the switch that was started, in order. */
  readonly ran: Ran[] = [];
  readonly versions = new Map<string, string>();
  readonly files = new Map<string, string>();
  readonly messages: Readonly<{ atMs: number; message: Message }>[] = [];
  readonly issues: Readonly<{ atMs: number; issue: Issue }>[] = [];
  /** The most targets that were out of service or being changed at once, by the state's own account. */
  mostUnavailable = 0;
  mostRunning = 0;
  state: ChangeState;
  flushFails: string | null = null;
  watch: (event: ChangeEvent, state: ChangeState) => void = () => {};
  readonly #script: Script;
  readonly #receipts = new Map<string, ReceiptAnswer>();
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #said: Spoken[] = [];
  readonly #listeners = new Set<(spoken: Spoken) => void>();
  readonly #timeline: Timeline;
  #life = 0;

  constructor(change: Change, script: Script = {}) {
    this.change = change;
    this.#script = script;
    this.clock = new VirtualClock(script.startAt === undefined ? undefined : Date.parse(script.startAt));
    this.#timeline = openTimeline(change);
    this.state = replay(change, []);
    for (const { name } of change.targets) this.versions.set(name, "1.0");
  }

  /** Somebody of the team says this, so long from now. */
  say(command: PersonCommand["command"], afterMs: number, restore?: readonly string[]): void {
    const id = `comment-${this.#said.length + 1}`;
    const words = {
      command,
      by: "hubot",
      role: "manager",
      id,
      ...(restore === undefined ? {} : { restore }),
    };
    const spoken = { atMs: this.clock.now() + afterMs, command: words };
    this.#said.push(spoken);
    for (const hear of this.#listeners) hear(spoken);
  }

  /** One process: starts the change or goes on with it, until it stops or is killed. */
  async run(options: RunOptions = {}): Promise<string> {
    const life = ++this.#life;
    const state = replay(this.change, this.journal);
    this.state = state;
    const ports = this.#ports(life, options.killAt ?? (() => false));
    this.#open(state, ports, options);
    const { cancel = new AbortController().signal, until = "end" } = options;
    const work = runChange(state, ports, { cancel, until });
    await this.clock.drive(work, () => this.#life !== life);
    if (this.#life !== life) return "killed";
    await work;
    return state.outcome?.outcome ?? "interrupted";
  }

  kill(): void {
    this.#life++;
  }

  all<K extends ChangeEvent["kind"]>(kind: K): EventOf<K>[] {
    return this.journal.filter((event): event is EventOf<K> => event.kind === kind);
  }

  /** The last of its kind; there has to be one. */
  last<K extends ChangeEvent["kind"]>(kind: K): EventOf<K> {
    const found = this.all(kind).at(-1);
    if (found === undefined)
      throw new Error(`no ${kind} in: ${this.journal.map((event) => event.kind).join(" ")}`);
    return found;
  }

  /** `target name` or `name`, of every command that was started, in order. */
  get story(): string[] {
    return this.ran.map(({ target, name }) => (target === null ? name : `${target} ${name}`));
  }

  startOf(line: string): number {
    const at = this.story.indexOf(line);
    if (at < 0) throw new Error(`never ran: ${line}; there was: ${this.story.join(", ")}`);
    return this.ran[at]!.atMs;
  }

  titles(level: Message["level"]): string[] {
    return this.messages.flatMap(({ message }) => (message.level === level ? [message.title] : []));
  }

  #open(state: ChangeState, ports: Ports, options: RunOptions): void {
    const at = new Date(this.clock.now()).toISOString();
    for (const event of this.#openingEvents(state, { at, options })) {
      evolve(state, event);
      this.journal.push(event);
      ports.observer.onEvent(event, state);
    }
  }

  #openingEvents(state: ChangeState, { at, options }: { at: string; options: RunOptions }): ChangeEvent[] {
    const { id, environment, version, digest, needsApproval } = this.change;
    const opening = planOpening(this.journal.length === 0 ? null : { state, digest }, this.#wish(options));
    if (opening.kind === "start") {
      const which = { attempt: state.attempt + 1, change: id, environment, version, digest, commit: null };
      const started: ChangeEvent = { kind: "attempt-started", at, ...which, holder: HOLDER };
      if (!needsApproval || this.#script.isApproved === false) return [started];
      const approvals = [{ of: "production", by: ["mona"] }];
      const attestations = this.change.preflight.attestations.map((one) => ({ ...one, by: "mona" }));
      return [{ kind: "approved", at, digest, proof: "github", approvals, attestations, owed: [] }, started];
    }
    if (opening.kind !== "continue") throw new Error(`${opening.kind}: ${opening.why}`);
    const facts = opening.facts.map((fact) => ({ ...fact, at }) as ChangeEvent);
    return [{ kind: "resumed", at, holder: HOLDER, writeAhead: "found" }, ...facts];
  }

  #wish({ wish = "run", restore = [] }: RunOptions): Wish {
    const asker = { by: "octocat", where: "elsewhere", flags: "" };
    if (wish === "run") return { kind: "run", digest: this.change.digest, ...asker };
    if (wish === "resume") return { kind: "resume", ...asker };
    return { kind: "rollback", repaired: wish === "repaired", restore, ...asker };
  }

  #ports(life: number, killAt: NonNullable<RunOptions["killAt"]>): Ports {
    const isAlive = () => this.#life === life;
    const alive = <T>(value: T): T | Promise<never> => (isAlive() ? value : NEVER);
    const { clock } = this;
    return {
      clock: {
        now: () => clock.now(),
        sleep: (ms, signal) => clock.sleep(ms, signal).then(() => alive(undefined)),
      },
      journal: {
        append: async (events) => {
          if (!isAlive()) return NEVER;
          for (const event of events) {
            this.journal.push(event);
            if (killAt(event, this)) {
              this.kill();
              return NEVER;
            }
          }
        },
        flush: async () => {
          await clock.sleep(50);
          if (this.flushFails !== null) throw new ChangeError("JOURNAL_UNREACHABLE", this.flushFails);
          return alive(undefined);
        },
        assertHeld: () => {},
      },
      commands: {
        run: (call, signal) => (isAlive() ? this.#command(call, signal).then(alive) : NEVER),
        probe: (call) => this.#probe(call).then(alive),
      },
      prober: { sample: async (check, target) => alive(await this.#sample(check, target)) },
      announcer: { announce: async (state) => alive(await this.#announce(state)) },
      messenger: {
        giveNotice: async (state) => {
          this.messages.push({ atMs: clock.now(), message: noticeOf(state) });
          return alive([]);
        },
      },
      people: { listen: (state, tell, signal) => this.#listen(state, tell, signal) },
      records: {
        hasSucceeded: async () =>
          alive(this.#script.requirement ?? { met: true, detail: "succeeded a day ago" }),
        countIssues: async (label) => alive((await this.#script.count?.(label, this)) ?? 0),
      },
      files: { place: (_, backup) => `/backups/${backup}`, hash: async (file) => alive(this.#hash(file)) },
      observer: { onEvent: (event, state) => isAlive() && this.#note(event, state) },
    };
  }

  #note(event: ChangeEvent, state: ChangeState): void {
    recordInTimeline(this.#timeline, event);
    const message = messageOf(event, state);
    if (message !== null) this.messages.push({ atMs: this.clock.now(), message });
    this.mostUnavailable = Math.max(this.mostUnavailable, state.unavailable.size);
    this.watch(event, state);
  }

  #hash(file: string): { sha256: string; bytes: number } | null {
    const content = this.files.get(file);
    if (content === undefined) return null;
    return {
      sha256: Buffer.from(content).toString("hex").padEnd(64, "0").slice(0, 64),
      bytes: content.length,
    };
  }

  async #announce(state: ChangeState): Promise<{ url: string }> {
    await this.clock.sleep(this.#script.announceMs ?? 300);
    if (this.#script.announceFails) throw new ChangeError("GITHUB_FAILED", "HTTP 502");
    const issue = renderIssue(state, this.#timeline, NOWHERE);
    this.issues.push({ atMs: this.clock.now(), issue });
    return { url: "https://github.test/issues/1" };
  }

  #listen(state: ChangeState, tell: (command: PersonCommand) => void, signal: AbortSignal): void {
    const hear = async ({ atMs, command }: Spoken) => {
      if (state.commandIds.has(command.id)) return;
      await this.clock.sleep(Math.max(0, atMs - this.clock.now()), signal);
      if (!signal.aborted) tell(command);
    };
    this.#listeners.add(hear);
    signal.addEventListener("abort", () => this.#listeners.delete(hear), { once: true });
    for (const spoken of this.#said) hear(spoken);
  }

  async #sample(check: Check, target: Target | null): Promise<Measurement> {
    await this.clock.sleep(5);
    const name = target?.name ?? null;
    const reading = this.#script.read?.(check.name, name, this);
    const base = { target: name, check: check.name, value: null };
    if (reading === null) return { ...base, verdict: "unknown", detail: "no value" };
    if (reading === "ill") return { ...base, verdict: "unhealthy", detail: "refused" };
    if (typeof reading !== "number") return { ...base, verdict: "healthy", detail: "well" };
    const { below, above } = check;
    const isWithin = (below === null || reading < below) && (above === null || reading > above);
    return { ...base, value: reading, verdict: isWithin ? "healthy" : "unhealthy", detail: String(reading) };
  }

  async #command(call: CommandCall, signal: AbortSignal): Promise<CommandResult> {
    if (call.script === this.change.versionCommand) return this.#version(call);
    const name = nameOf(this.change, call);
    const target = call.target?.name ?? null;
    this.ran.push({ atMs: this.clock.now(), name, script: call.script, env: call.env, target, on: call.on });
    const behaviour = this.#script.behave?.(call, this) ?? {};
    const { ms = 1_000, code = 0, stdout = "" } = behaviour;
    const ending: CommandResult["ending"] = behaviour.ending ?? { kind: "exited", code };
    const work = this.#execute(call, ms, ending);
    const key = call.id ?? `${name} ${this.ran.length}`;
    this.#running.set(key, work);
    this.mostRunning = Math.max(this.mostRunning, this.#running.size);
    await Promise.race([work, aborted(signal)]);
    if (signal.aborted) return { ms, tail: "", stdout: "", ending: { kind: "cancelled" } };
    return { ms, tail: code === 0 ? "" : "it broke", stdout, ending };
  }

  /** Goes on without whoever started it. */
  async #execute(call: CommandCall, ms: number, ending: CommandResult["ending"]): Promise<void> {
    const key = call.id ?? `${nameOf(this.change, call)} ${this.ran.length}`;
    if (call.id !== null) this.#receipts.set(call.id, { kind: "interrupted", detail: "no status" });
    await this.clock.sleep(ms);
    this.#running.delete(key);
    const code = ending.kind === "exited" ? ending.code : null;
    if (code === 0) this.#apply(call);
    if (call.id !== null && code !== null) this.#receipts.set(call.id, { kind: "finished", code, ms });
  }

  #apply({ script, env, target }: CommandCall): void {
    const file = env.BACKUP_FILE ?? "";
    const backup = this.change.backups.find(({ run, fetch }) => run === script || fetch === script);
    if (backup !== undefined) this.files.set(file, `a good ${backup.name}`);
    if (target === null) return;
    if (script.includes("$CHANGE_VERSION")) this.versions.set(target.name, env.CHANGE_VERSION!);
    if (script.includes("$PREVIOUS_VERSION")) this.versions.set(target.name, env.PREVIOUS_VERSION!);
  }

  async #version(call: CommandCall): Promise<CommandResult> {
    await this.clock.sleep(QUICK_MS);
    const { code = 0, stdout } = this.#script.behave?.(call, this) ?? {};
    const version = stdout ?? this.versions.get(call.target!.name)!;
    return { ms: QUICK_MS, tail: "", stdout: version, ending: { kind: "exited", code } };
  }

  async #probe(call: CommandCall): Promise<ReceiptAnswer> {
    await this.clock.sleep(QUICK_MS);
    const scripted = this.#script.receipt?.(call, this);
    if (scripted !== undefined) return scripted;
    await this.#running.get(call.id!);
    return this.#receipts.get(call.id!) ?? { kind: "unstarted" };
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

/** What a command is, in the plan's words: `Install`, `undo Install`, `backup database: run`. */
function nameOf(change: Change, call: CommandCall): string {
  for (const backup of change.backups) {
    for (const what of ["run", "verify", "keep", "fetch", "restore"] as const) {
      const isThis = call.script === backup[what] && call.label?.includes(backup.name);
      if (isThis) return `${what} ${backup.name}`;
    }
  }
  const responses = change.triggers.flatMap(({ respond }) => respond);
  const { before, each, after } = change.apply;
  const swap = change.rollout.blueGreen;
  const steps = [
    ...change.prepare,
    ...before,
    ...each,
    ...after,
    ...responses,
    ...(swap === null ? [] : [swap.switch]),
  ];
  const isUndo = call.id?.endsWith("/undo") ?? false;
  const step = steps.find((one) => call.script === (isUndo ? one.undo : one.run));
  if (step === undefined) return call.script;
  return isUndo ? `undo ${step.name}` : step.name;
}
