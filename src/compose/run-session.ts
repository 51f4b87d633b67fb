import { runChange } from "../engine/run-change.ts";
import { ChangeError } from "../errors.ts";
import type { Fact } from "../rollout/decide.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import { evolve } from "../rollout/evolve.ts";
import { leavesDoubts } from "../rollout/leaves-doubts.ts";
import { type Opening, planOpening, type Wish } from "../rollout/reopen.ts";
import { openAttempt, replay } from "../rollout/replay.ts";
import type { ChangeState } from "../rollout/state.ts";
import { describeError } from "./exit.ts";
import { Followers } from "./followers.ts";
import { reloadChange } from "./load-change.ts";
import { lookAround, type Surroundings } from "./look-around.ts";
import type { OpenedCommands } from "./open-commands.ts";
import { openPorts } from "./open-ports.ts";
import { openingFacts } from "./opening-facts.ts";
import { leavePlace, openPlace, type Place } from "./place.ts";
import { placeFlags } from "./place-flags.ts";
import { readApproval } from "./read-approval.ts";
import { dropReceiptsIn } from "./receipts-in.ts";
import type { Reports } from "./reports.ts";
import type { SessionEnd, SessionRequest } from "./session.ts";
import type { Shell } from "./shell.ts";
import { openReports, tellOutcome } from "./tell-outcome.ts";

/** One process's part in a change: take the lease, read the journal, do what is due, report, let go. */
export async function runSession(request: SessionRequest, shell: Shell): Promise<SessionEnd> {
  let cancelledMs = shell.cancel.aborted ? shell.clock.now() : null;
  const note = () => {
    cancelledMs = shell.clock.now();
  };
  shell.cancel.addEventListener("abort", note, { once: true });
  const place = await openPlace(request, shell);
  const session = new Session(request, shell, place);
  try {
    return await session.run();
  } finally {
    await leavePlace(place, shell, { cancelledMs, release: !session.leavesDoubts });
  }
}

type Begun = Readonly<{ opening: Opening; state: ChangeState; around: Surroundings }>;

class Session {
  readonly #request: SessionRequest;
  readonly #shell: Shell;
  readonly #place: Place;
  #followers: Followers | null = null;
  #state: ChangeState | null = null;
  /** There was nothing to do, and it has said so. */
  #hasAnswered = false;

  constructor(request: SessionRequest, shell: Shell, place: Place) {
    this.#request = request;
    this.#shell = shell;
    this.#place = place;
  }

  /** Whoever was refused before it did anything knows no more of a dead holder than that it is dead. */
  get leavesDoubts(): boolean {
    if (this.#state !== null) return leavesDoubts(this.#state);
    return !this.#hasAnswered && this.#place.opened.takenOver !== null;
  }

  async run(): Promise<SessionEnd> {
    const recorded = this.#readRecorded();
    const opening = planOpening(recorded, this.#wish());
    // Whoever goes on tells it all in the end, and goes first: a rollback waits for nobody's issue.
    if (recorded !== null && opening.kind !== "continue") await this.#tellForTheDead(recorded.state);
    if (opening.kind === "refused") throw new ChangeError(opening.code, opening.why, { hint: opening.hint });
    const state = this.#stateFor(opening, recorded?.state ?? null);
    const scene = { request: this.#request, opening, state, place: this.#place, shell: this.#shell };
    const around = await lookAround(scene);
    this.#place.knowChange(state.change);
    const next = this.#followersOf(state);
    const reports = openReports(state, { place: this.#place, shell: this.#shell, next });
    if (opening.kind === "nothing") {
      this.#hasAnswered = true;
      return this.#endWith(state, reports, { nothing: opening.why });
    }

    this.#state = state;
    await this.#keepSources(opening);
    await this.#record(await this.#openingFacts({ opening, state, around }), state, reports);
    await this.#place.opened.journal.flush();
    const failure = await this.#execute(state, reports);
    // Whoever has taken the change over tells the outcome: what we know of it is out of date.
    const isDisplaced = failure?.code === "LEASE_LOST" || failure?.code === "JOURNAL_CONTESTED";
    if (this.#shell.cancel.aborted || isDisplaced) return this.#endWith(state, reports, { failure });
    return this.#endWith(state, reports, { failure: (await this.#conclude(state, reports)) ?? failure });
  }

  #readRecorded(): { state: ChangeState; digest: string } | null {
    const { events, files } = this.#place.opened;
    const started = events.findLast((event) => event.kind === "attempt-started");
    if (started === undefined) return null;
    return { state: replay(reloadChange(files), events), digest: started.digest };
  }

  #wish(): Wish {
    const request = this.#request;
    const { holder, run, journal, journalPrefix } = this.#shell;
    const flags = placeFlags({ environment: request.environment, journal, journalPrefix });
    const asker = { by: holder.actor, where: run?.url ?? null, flags };
    if (request.kind === "run") return { kind: "run", digest: request.change.digest, ...asker };
    if (request.kind === "resume") return { kind: "resume", ...asker };
    const { repaired = false, restore = [] } = request;
    return { kind: "rollback", repaired, restore, ...asker };
  }

  #stateFor(opening: Opening, recorded: ChangeState | null): ChangeState {
    if (opening.kind !== "start" || this.#request.kind !== "run") return recorded!;
    const state = openAttempt(this.#request.change, this.#place.opened.events);
    // Which may have been told of only now, for the dead.
    state.issueUrl = recorded?.issueUrl ?? state.issueUrl;
    return state;
  }

  #followersOf(state: ChangeState): Followers {
    this.#followers ??= new Followers(state, this.#shell);
    return this.#followers;
  }

  /** What the attempt is made from goes into the journal with its first event. */
  async #keepSources(opening: Opening): Promise<void> {
    if (opening.kind !== "start" || this.#request.kind !== "run") return;
    const { planText, inputsText } = this.#request;
    await this.#place.opened.journal.attach({ "plan.yaml": planText, "inputs.json": inputsText });
  }

  async #openingFacts({ opening, state, around }: Begun): Promise<readonly Fact[]> {
    const { repository, opened } = this.#place;
    const { journalPrefix: prefix } = this.#shell;
    const isAsked = state.change.needsApproval && state.approval === null;
    const approved = isAsked ? await readApproval(repository, { prefix, change: state.change }) : null;
    const [request, shell] = [this.#request, this.#shell];
    return openingFacts({ opening, request, state, opened, shell, approved, around });
  }

  async #record(facts: readonly Fact[], state: ChangeState, reports: Reports): Promise<void> {
    const at = new Date(this.#shell.clock.now()).toISOString();
    // A union member plus its time is an event again, which TypeScript cannot see.
    const events = facts.map((fact) => ({ ...fact, at }) as ChangeEvent);
    for (const event of events) reports.onEvent(event, evolve(state, event));
    await this.#place.opened.journal.append(events);
  }

  async #execute(state: ChangeState, reports: Reports): Promise<ChangeError | null> {
    const { clock, cancel } = this.#shell;
    const until = this.#request.kind === "run" ? (this.#request.until ?? "end") : "end";
    const messenger = this.#followersOf(state).notifications;
    const { ports, commands } = openPorts({
      state,
      reports,
      messenger,
      shell: this.#shell,
      place: this.#place,
    });
    try {
      await runChange(state, { ...ports, clock }, { cancel, until });
      return null;
    } catch (error) {
      if (error instanceof ChangeError) return error;
      throw error;
    } finally {
      await this.#tidy(state, commands);
      await commands.endAll();
    }
  }

  /** Nothing is in doubt once there is an outcome, so there is nothing left that a receipt could tell. */
  async #tidy(state: ChangeState, commands: OpenedCommands): Promise<void> {
    if (state.outcome === null || this.#shell.cancel.aborted) return;
    const touched = state.change.targets.filter(({ name }) => state.targets.has(name));
    try {
      // Where the outcome is not at the remote yet, another machine may still have to ask for them.
      await this.#place.opened.journal.flush();
      const left = await commands.cleanUp(touched, this.#shell.cancel);
      if (left.length > 0) this.#shell.say(`Receipts were left on targets: ${left.slice(0, 5).join("; ")}`);
    } catch (error) {
      this.#shell.say(`Receipts were left on the targets: ${describeError(error).message}`);
    }
  }

  /** Tells the outcome where people look, and makes the whole story durable. */
  async #conclude(state: ChangeState, reports: Reports): Promise<ChangeError | null> {
    try {
      await this.#record(
        await tellOutcome(state, reports, { shell: this.#shell, reopen: true }),
        state,
        reports,
      );
      await this.#record(await this.#followersOf(state).drain(), state, reports);
      await this.#place.opened.journal.flush();
      if (state.outcome !== null) dropReceiptsIn(this.#place.folder);
      return null;
    } catch (error) {
      if (error instanceof ChangeError) return error;
      throw error;
    }
  }

  /** Whoever recorded the outcome may have died, or been cancelled, before it could tell anybody. */
  async #tellForTheDead(state: ChangeState): Promise<void> {
    const [place, shell] = [this.#place, this.#shell];
    const { events } = place.opened;
    const end = events.findLastIndex(({ kind }) => kind === "finished");
    const isTold = events.slice(end).some(({ kind }) => kind === "reported");
    if (state.outcome === null || isTold || place.opened.isOutOfDate) return;
    const reports = openReports(state, { place, shell });
    const told = await tellOutcome(state, reports, { shell, reopen: false });
    if (told.length === 0) return;
    await this.#record(told, state, reports);
    await place.opened.journal.flush();
  }

  #hasReached({ outcome, interrupted, progress, rollback }: ChangeState): boolean {
    const until = this.#request.kind === "run" ? (this.#request.until ?? "end") : "end";
    if (until === "end" || outcome !== null || interrupted !== null || rollback !== null) return false;
    return progress.reached.has(until);
  }

  #endWith(
    state: ChangeState,
    reports: Reports,
    end: Partial<Pick<SessionEnd, "nothing" | "failure">>,
  ): SessionEnd {
    const { repository, opened } = this.#place;
    const journalRemote = repository.isRemote ? repository.name : null;
    const places = { journalRef: opened.ref, journalRemote, issueUrl: state.issueUrl };
    const { failure = null, nothing = null } = end;
    const reached = this.#hasReached(state) && failure === null && nothing === null;
    return { state, timeline: reports.timeline, ...places, reached, nothing, failure };
  }
}
