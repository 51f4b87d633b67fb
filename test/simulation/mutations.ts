/** One deliberate fault: `find` stands once in the file. */
export type Mutation = Readonly<{ name: string; file: string; find: string; replace: string }>;

const plant = (file: string) => (name: string, find: string, replace: string) => ({
  name,
  file,
  find,
  replace,
});

const batch = plant("src/rollout/decide-batch.ts");
const rollback = plant("src/rollout/decide-rollback.ts");
const undo = plant("src/rollout/decide-undo.ts");
const gate = plant("src/rollout/decide-gate.ts");
const forward = plant("src/rollout/decide-forward.ts");
const ladder = plant("src/rollout/ladder.ts");
const resumed = plant("src/rollout/evolve-resumed.ts");
const steps = plant("src/rollout/evolve-steps.ts");
const recorder = plant("src/engine/recorder.ts");
const engine = plant("src/engine/run-change.ts");

/** Faults of the kind that a tired person writes, each in a place where a promise is kept. */
export const MUTATIONS: readonly Mutation[] = [
  batch("the bake is not waited for", "if (nowMs < bakedMs)", "if (nowMs < 0)"),
  steps(
    "a long switch uses up the time to be healthy in",
    'event.direction === "do" && state.batch.limitMs !== null',
    'event.direction === "undo" && state.batch.limitMs !== null',
  ),
  batch(
    "one target more than max-unavailable",
    "maxUnavailable - unavailable.size",
    "maxUnavailable + 1 - unavailable.size",
  ),
  gate("a batch need not fit into the window", 'if (window.kind === "open") return null;', "return null;"),
  batch(
    "a batch passes with targets that are not healthy",
    "return batch.left > 0 ?",
    "return batch.left > 1 ?",
  ),
  forward(
    "one failure more than max-failures",
    "state.failures > state.change.rollout.maxFailures",
    "state.failures > state.change.rollout.maxFailures + 1",
  ),
  forward("a hold does not hold", "if (state.pause !== null)", "if (state.pause !== null && nowMs < 0)"),
  forward("verification is skipped", "progress.verified >= change.verify.length", "progress.verified >= 0"),
  gate(
    "an approval is not needed",
    "change.needsApproval && approval === null",
    "change.needsApproval && approval === undefined",
  ),
  plant("src/rollout/evolve-progress.ts")(
    "a requirement that is not met is no matter",
    "if (event.met) state.progress.requirements++;",
    "if (event.met || !event.met) state.progress.requirements++;",
  ),
  plant("src/engine/effects.ts")(
    "a step in doubt is run again instead of asked about",
    "return probeStep(effect.run, effects);",
    "return runStep(effect.run, effects);",
  ),
  plant("src/rollout/decide-switch.ts")(
    "a switch in doubt is repeated",
    'half === "interrupted" && direction === "do"',
    'half === "failed" && direction === "undo"',
  ),
  plant("src/rollout/stages.ts")(
    "the notice is not served",
    "nowMs >= progress.noticeMs + beforeMs",
    "nowMs >= progress.noticeMs",
  ),
  rollback(
    "past an irreversible step the way back is taken",
    "return irreversible.size > 0 && restores.length === 0",
    "return irreversible.size > 1_000 && restores.length === 0",
  ),
  rollback("what could not be put back is forgotten", "if (left.length > 0)", "if (left.length > 1_000)"),
  rollback(
    "what was prepared is not given back",
    'undoOnce(state, rollback, "prepare") ??\n    finish',
    "finish",
  ),
  rollback("a declared restore is left out", "restoreBackups(state, rollback) ??", ""),
  undo("availability is of no matter on the way back", "Math.min(room, spare)", "room"),
  undo(
    "a wrong version is a version",
    "for (const target of rollback.refuted)",
    "for (const target of rollback.asking < 0 ? rollback.refuted : [])",
  ),
  plant("src/engine/version-effects.ts")(
    "any version is the one that was recorded",
    "const ok = answer.version === state.versions.get(target);",
    "const ok = true;",
  ),
  ladder(
    "a step in doubt is simply repeated",
    "return step.retries > 0 || isReadOnly(step)",
    "return step.retries >= 0 || isReadOnly(step)",
  ),
  ladder("a finished step counts as begun", "ladder.done = run.step + 1;", "ladder.done = run.step;"),
  ladder(
    "the oldest step is undone first",
    "for (let index = to - 1; index >= from; index--) {",
    "for (let index = from; index < to; index++) {",
  ),
  resumed(
    "what was in flight is not in doubt",
    "else for (const [owner, run] of state.inFlight) state.inDoubt.set(owner, run);",
    "else state.inDoubt.clear();",
  ),
  resumed(
    "a lost disk has lost nothing",
    "if (mayHaveLost) assumeTheWorst(state, event);",
    "if (mayHaveLost && state.runs < 0) assumeTheWorst(state, event);",
  ),
  plant("src/rollout/evolve-health.ts")(
    "an unknown answer is a healthy one",
    'const healthy = event.verdict === "healthy";',
    'const healthy = event.verdict !== "unhealthy";',
  ),
  plant("src/rollout/decide-apply.ts")(
    "failed targets are a success",
    "state.failures > 0 ?",
    "state.failures > 1_000 ?",
  ),
  plant("src/rollout/replay.ts")(
    "what was said in an earlier attempt is said again",
    "  state.commandIds = findCommandIds(events);\n",
    "",
  ),
  plant("src/health/track.ts")("one healthy sample is enough", "streak >= at.rules.pass", "streak >= 1"),
  plant("src/health/track.ts")(
    "an unknown sample does not end the row",
    'if (answer !== "healthy")',
    'if (answer === "unhealthy")',
  ),
  plant("src/health/hold.ts")("a trigger does not wait for its time", "heldMs >= forMs", "heldMs >= 0"),
  recorder("a batch starts before its intent is durable", '  "batch-opened",\n', ""),
  recorder(
    "a once-step starts before its intent is durable",
    "return event.target === null && isForward(event);",
    "return false;",
  ),
  recorder("an undo waits for the remote", "const TRIGGER_PUSH_MS = 500;", "const TRIGGER_PUSH_MS = 50_000;"),
  engine(
    "a step starts although a trigger has fired",
    "const isTooLate = isForward(run) && (rollback !== null || isHeld);",
    "const isTooLate = isForward(run) && isHeld && rollback !== null;",
  ),
  resumed(
    "what others have changed is not looked at",
    "if (event.anew !== undefined)",
    "if (state.runs < 0)",
  ),
  plant("src/rollout/out-of-date.ts")("others are not noticed", "last.token < acted", "last.token > acted"),
  plant("src/rollout/out-of-date.ts")(
    "what nobody else could read keeps them out",
    "events.slice(begun, flushed)",
    "events.slice(begun)",
  ),
  resumed(
    "what was made ready before is kept",
    "const progress = { ...fresh.progress, ",
    "const progress = { ...state.progress, ",
  ),
  engine("the lease is not looked at", "      this.#ports.journal.assertHeld();\n    } catch", "    } catch"),
  plant("src/engine/step-effects.ts")(
    "a lost connection is a step that has ended",
    'if (result.ending.kind !== "lost")',
    'if (result.ending.kind !== "timed-out")',
  ),
  plant("src/engine/backup-effects.ts")(
    "a backup's hash is not compared",
    "if (here?.sha256 === made.sha256)",
    "if (here !== null)",
  ),
  plant("src/engine/backup-effects.ts")(
    "a backup need not be verified",
    "if (unverified !== null) return failed(unverified);",
    "",
  ),
  plant("src/rehearsal/journal.ts")(
    "a lease that ran out is a lease",
    "return this.#parts.clock.now() >= this.#lease.expiresMs - LEASE_MS / 10;",
    "return this.#parts.clock.now() < 0;",
  ),
  plant("src/rehearsal/journal.ts")(
    "who is only sent away makes known what it has found",
    "const isKnown = this.#hasSpoken || !this.#parts.withholdsTail;",
    "const isKnown = true;",
  ),
  plant("src/rehearsal/lease.ts")(
    "a lease is taken from a living holder",
    "previous.expiresMs <= clock.now()",
    "previous.expiresMs <= clock.now() + LEASE_MS",
  ),
  plant("src/rehearsal/remote.ts")(
    "a push compares nothing",
    'return "contested";',
    "this.head = push.head;",
  ),
  plant("src/rehearsal/recover.ts")(
    "the write-ahead file is not read",
    'return { tail: found.events.slice(shared), writeAhead: "found" };',
    'return { tail: [], writeAhead: "found" };',
  ),
];
