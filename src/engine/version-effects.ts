import type { Fact } from "../rollout/decide.ts";
import { VERSION_PAUSE_MS, VERSION_TIMEOUT_MS, VERSION_TRIES } from "../rollout/limits.ts";
import { describeEnding } from "./describe-ending.ts";
import type { Effects } from "./effects.ts";
import { stepEnvironment, targetsOf } from "./environment.ts";
import { withTail } from "./step-effects.ts";

const VERSION_CHARS_MAX = 500;

export async function recordVersion(target: string, effects: Effects): Promise<Fact> {
  const answer = await readVersion(target, effects);
  if (answer.ok) return { kind: "version-recorded", target, version: answer.version };
  return { kind: "version-unreadable", target, detail: answer.detail };
}

export async function verifyVersion(target: string, effects: Effects): Promise<Fact> {
  const { state, ports, signal } = effects;
  for (let tries = 1; ; tries++) {
    const answer = await readVersion(target, effects);
    if (answer.ok) {
      const ok = answer.version === state.versions.get(target);
      return { kind: "version-verified", target, ok, version: answer.version };
    }
    if (tries === VERSION_TRIES || signal.aborted) {
      return { kind: "version-verified", target, ok: false, version: null };
    }
    await ports.clock.sleep(VERSION_PAUSE_MS, signal);
  }
}

type VersionAnswer = { ok: true; version: string } | { ok: false; detail: string };

async function readVersion(target: string, { state, ports, signal }: Effects): Promise<VersionAnswer> {
  const result = await ports.commands.run(
    {
      id: null,
      target: targetsOf(state).get(target)!,
      on: "targets",
      script: state.change.versionCommand ?? "",
      env: stepEnvironment(state, target),
      timeoutMs: VERSION_TIMEOUT_MS,
      label: null,
    },
    signal,
  );
  const version = result.stdout.trim();
  const { ending } = result;
  if (ending.kind !== "exited" || ending.code !== 0) {
    const how = describeEnding(ending);
    return { ok: false, detail: withTail(how, result.tail) };
  }
  if (version === "") return { ok: false, detail: "the version command printed nothing" };
  if (version.length > VERSION_CHARS_MAX) {
    return { ok: false, detail: `the version command printed more than ${VERSION_CHARS_MAX} characters` };
  }
  return { ok: true, version };
}
