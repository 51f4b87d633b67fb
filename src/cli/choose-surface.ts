import type { Looks } from "./arguments.ts";

/** What the run is shown on. Colour and Unicode hold for both kinds. */
export type Surface = Readonly<{ kind: "board" | "plain"; color: boolean; unicode: boolean }>;

export type Environment = Readonly<Record<string, string | undefined>>;

/** A board needs a terminal that can move its cursor and a person in front of it. */
export function chooseSurface(isTerminal: boolean, env: Environment, looks: Looks): Surface {
  const able = isTerminal && env.TERM !== "dumb";
  const wantsBoard = !looks.plain && !isSet(env.CI);
  return {
    kind: able && wantsBoard ? "board" : "plain",
    color: allowsColor(able, env, looks),
    unicode: allowsUnicode(env),
  };
}

function allowsColor(able: boolean, env: Environment, looks: Looks): boolean {
  if (looks.noColor || (env.NO_COLOR ?? "") !== "") return false;
  return able || isSet(env.FORCE_COLOR);
}

/** The first of the three that is set decides, as everywhere else; CI logs are UTF-8 without saying so. */
function allowsUnicode(env: Environment): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  return /utf-?8/i.test(locale) || (locale === "" && isSet(env.CI));
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}
