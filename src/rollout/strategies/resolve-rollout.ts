import { ChangeError } from "../../errors.ts";
import type { RolloutRules } from "../../plan/change.ts";
import { resolveBigBang } from "./big-bang.ts";
import { resolveRolling } from "./rolling.ts";

/** A new strategy is a file beside this one and a line here; the key is its name in the plan. */
const STRATEGIES = {
  rolling: resolveRolling,
  "big-bang": resolveBigBang,
} as const;

type Name = keyof typeof STRATEGIES;
type Settings = { [N in Name]: Parameters<(typeof STRATEGIES)[N]>[0] };
type Resolvers = { readonly [N in Name]: (settings: Settings[N], names: readonly string[]) => RolloutRules };

/** The plan's `strategy` section: exactly one of the keys, which its schema has seen to. */
export type StrategySection = { readonly [N in Name]?: Settings[N] | undefined };

/** Targets keep their order; a percentage is of all of them. Linear in the number of targets. */
export function resolveRollout(section: StrategySection, targetNames: readonly string[]): RolloutRules {
  for (const name of Object.keys(STRATEGIES) as Name[]) {
    const rules = resolveNamed(name, section, targetNames);
    if (rules !== null) return rules;
  }
  throw new ChangeError("PLAN_UNSUPPORTED", `This version has no strategy ${quoteKeys(section)}.`, {
    hint: `Use one of ${Object.keys(STRATEGIES).join(", ")}.`,
  });
}

function resolveNamed<N extends Name>(
  name: N,
  section: StrategySection,
  targetNames: readonly string[],
): RolloutRules | null {
  const resolvers: Resolvers = STRATEGIES;
  const settings = section[name];
  return settings === undefined ? null : resolvers[name](settings as Settings[N], targetNames);
}

function quoteKeys(section: object): string {
  return Object.keys(section).join(", ") || "at all";
}
