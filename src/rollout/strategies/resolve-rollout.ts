import { ChangeError } from "../../errors.ts";
import type { BlueGreen, RolloutRules } from "../../plan/change.ts";
import { resolveBigBang } from "./big-bang.ts";
import { type BlueGreenSettings, resolveBlueGreen } from "./blue-green.ts";
import { resolveRolling } from "./rolling.ts";

/** A new strategy is a file beside this one and a line here; the key is its name in the plan. */
const STRATEGIES = {
  rolling: resolveRolling,
  "blue-green": (settings: BlueGreenSettings, _: readonly string[], groups: Groups) =>
    resolveBlueGreen(settings, groups),
  "big-bang": resolveBigBang,
} as const;

type Name = keyof typeof STRATEGIES;
type Settings = { [N in Name]: Parameters<(typeof STRATEGIES)[N]>[0] };
type Groups = BlueGreen["groups"];
type Resolver<S> = (settings: S, names: readonly string[], groups: Groups) => RolloutRules;
type Resolvers = { readonly [N in Name]: Resolver<Settings[N]> };

/** The plan's `strategy` section: exactly one of the keys, which its schema has seen to. */
export type StrategySection = { readonly [N in Name]?: Settings[N] | undefined };

/**
 * Targets keep their order; a percentage is of all of them, or of one group where there are groups. Linear in
 * the number of targets.
 */
export function resolveRollout(
  section: StrategySection,
  targetNames: readonly string[],
  groups: Groups = [],
): RolloutRules {
  const resolvers: Resolvers = STRATEGIES;
  const resolveNamed = <N extends Name>(name: N) => {
    const settings = section[name];
    return settings === undefined ? null : resolvers[name](settings as Settings[N], targetNames, groups);
  };
  for (const name of Object.keys(STRATEGIES) as Name[]) {
    const rules = resolveNamed(name);
    if (rules !== null) return rules;
  }
  throw new ChangeError("PLAN_UNSUPPORTED", `This version has no strategy ${quoteKeys(section)}.`, {
    hint: `Use one of ${Object.keys(STRATEGIES).join(", ")}.`,
  });
}

function quoteKeys(section: object): string {
  return Object.keys(section).join(", ") || "at all";
}
