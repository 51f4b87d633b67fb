import type { Target } from "../../plan/change.ts";
import { ask, type Rules } from "./inquiry.ts";
import { cleanProgram } from "./programs.ts";

const SIDE_BY_SIDE = 32;
const TARGET_MS_MAX = 30_000;

/** A target on which receipts are left, and why. */
export type Uncleaned = Readonly<{ target: string; reason: string }>;

/** Removes the change's receipts from its targets. Safe to repeat. */
export async function cleanUp(
  targets: readonly Target[],
  about: Readonly<{ rules: Rules; signals: readonly AbortSignal[] }>,
): Promise<readonly Uncleaned[]> {
  const { rules, signals } = about;
  const uncleaned: Uncleaned[] = [];
  const waiting = [...targets];
  const program = (frame: string) => cleanProgram({ frame, authority: rules.authority });
  const work = async () => {
    for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
      const reply = await ask(target, { rules, program }, { ms: TARGET_MS_MAX, signals });
      if (reply.kind === "answer") continue;
      uncleaned.push({ target: target.name, reason: "reason" in reply ? reply.reason : reply.kind });
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  return uncleaned;
}
