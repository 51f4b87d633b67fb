import { type Limit, waitLimit } from "../wait-limit.ts";

export type Patience = Readonly<{ ms: number; signals: readonly AbortSignal[] }>;

/** Waits for a value, but no longer than the patience lasts. A rejection is passed on. */
export async function within<T>(value: Promise<T>, { ms, signals }: Patience): Promise<T | Limit> {
  const limit = waitLimit(ms, signals);
  try {
    return await Promise.race([value, limit.reached]);
  } finally {
    limit.dispose();
  }
}

/** Resolves when the patience is at its end. */
export async function pause(patience: Patience): Promise<Limit> {
  return within(new Promise<never>(() => {}), patience);
}
