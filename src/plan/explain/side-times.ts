import { PROBE_TIMEOUT_MS } from "../../rollout/limits.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { commandTimes, repeatTimes, sumTimes, type Times } from "./times.ts";

/** What runs on the targets runs on all of them, so many side by side. */
export type Spread = Readonly<{ size: number; parallel: number }>;

type Backup = PlanDocument["backups"][number];
type Placed = Readonly<{ on: "targets" | "runner" }>;
type Probing = Placed & Readonly<{ timeout?: number | undefined; attest?: string | undefined }>;
type Acting = Placed & Readonly<{ timeout: number; retries: number }>;

/** The checks, and a try of every contact that can be tried. */
export function preflightTimes({ preflight, team }: PlanDocument, spread: Spread): Times {
  const tried = (team?.contacts ?? []).filter(({ test }) => test !== undefined);
  return sumTimes([
    probesTimes(preflight, spread),
    repeatTimes(commandTimes(PROBE_TIMEOUT_MS), tried.length),
  ]);
}

export function backupTimes({ backups }: PlanDocument): Times {
  return sumTimes(backups.map(makeTimes));
}

export function prepareTimes({ prepare }: PlanDocument, spread: Spread): Times {
  return sumTimes(prepare.map((action) => actionTimes(action, spread)));
}

export function verifyTimes({ verify }: PlanDocument, spread: Spread): Times {
  return probesTimes(verify, spread);
}

/** Whatever the preparation restricted is given back. */
export function resumeTimes({ prepare }: PlanDocument, spread: Spread): Times {
  const undone = prepare.filter((action) => action.finally !== undefined);
  return sumTimes(undone.map((action) => actionTimes(action, spread)));
}

/** What every trigger would do besides the undo: its responses, and the backups that it restores. */
export function triggerTimes({ backups, triggers }: PlanDocument, spread: Spread): Times {
  const responses = triggers.flatMap(({ respond }) => respond ?? []);
  const named = new Set(triggers.flatMap(({ restore }) => restore ?? []));
  return sumTimes([
    ...responses.map((action) => actionTimes(action, spread)),
    ...backups.filter(({ name }) => named.has(name)).map(restoreTimes),
  ]);
}

/** What a person attests is asked for at the approval, before anything here begins. */
function probesTimes(probes: readonly Probing[], spread: Spread): Times {
  const taken = probes.filter(({ attest }) => attest === undefined);
  return sumTimes(
    taken.map((probe) => spreadTimes(commandTimes(probe.timeout ?? PROBE_TIMEOUT_MS), probe, spread)),
  );
}

function actionTimes(action: Acting, spread: Spread): Times {
  return spreadTimes(commandTimes(action.timeout, action.retries + 1), action, spread);
}

function spreadTimes(times: Times, { on }: Placed, { size, parallel }: Spread): Times {
  return on === "runner" ? times : repeatTimes(times, Math.ceil(size / parallel));
}

function makeTimes({ verify, keep, timeout }: Backup): Times {
  const commands = [verify, keep].filter((command) => command !== undefined);
  return repeatTimes(commandTimes(timeout), 1 + commands.length);
}

function restoreTimes({ fetch, timeout }: Backup): Times {
  return fetch === undefined ? commandTimes(timeout) : repeatTimes(commandTimes(timeout), 2);
}
