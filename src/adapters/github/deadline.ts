import { ChangeError } from "../../errors.ts";
import type { CallLimits } from "./client.ts";

/**
 * Runs work that may wait for GitHub, for at most `ms`: a rollback never waits for GitHub. At the end
 * of that time it throws GITHUB_FAILED whatever the work is doing, and no further request is sent.
 */
export async function withinDeadline<T>(ms: number, work: (limits: CallLimits) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const expired = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(deadlineError(ms)), { once: true });
  });
  const timer = setTimeout(() => controller.abort(), ms);
  const limits = { signal: controller.signal, deadlineMs: performance.now() + ms };
  try {
    return await Promise.race([work(limits), expired]);
  } finally {
    clearTimeout(timer);
  }
}

function deadlineError(ms: number): ChangeError {
  return new ChangeError("GITHUB_FAILED", `GitHub gave no usable answer within ${ms / 1_000} s.`, {
    hint: "The change did not wait for it: run this again once GitHub answers.",
  });
}
