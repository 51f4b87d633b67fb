import { describe, expect, it } from "vitest";
import { chooseSurface } from "../../src/cli/choose-surface.ts";

const looks = { json: false, plain: false, noColor: false };
const UTF8 = { TERM: "xterm-256color", LANG: "en_US.UTF-8" };

describe("chooseSurface", () => {
  it.each([
    ["a terminal", true, UTF8, {}, { kind: "board", color: true, unicode: true }],
    ["a pipe", false, UTF8, {}, { kind: "plain", color: false, unicode: true }],
    ["--plain", true, UTF8, { plain: true }, { kind: "plain", color: true, unicode: true }],
    ["--no-color", true, UTF8, { noColor: true }, { kind: "board", color: false, unicode: true }],
    ["NO_COLOR", true, { ...UTF8, NO_COLOR: "1" }, {}, { kind: "board", color: false, unicode: true }],
    ["an empty NO_COLOR", true, { ...UTF8, NO_COLOR: "" }, {}, { kind: "board", color: true, unicode: true }],
    ["TERM=dumb", true, { ...UTF8, TERM: "dumb" }, {}, { kind: "plain", color: false, unicode: true }],
    ["CI with a terminal", true, { ...UTF8, CI: "true" }, {}, { kind: "plain", color: true, unicode: true }],
    ["CI without a locale", false, { CI: "true" }, {}, { kind: "plain", color: false, unicode: true }],
    ["CI=false", true, { ...UTF8, CI: "false" }, {}, { kind: "board", color: true, unicode: true }],
    ["FORCE_COLOR", false, { FORCE_COLOR: "1" }, {}, { kind: "plain", color: true, unicode: false }],
    [
      "FORCE_COLOR against NO_COLOR",
      false,
      { FORCE_COLOR: "1", NO_COLOR: "1" },
      {},
      { kind: "plain", color: false, unicode: false },
    ],
    ["the C locale", true, { LANG: "C" }, {}, { kind: "board", color: true, unicode: false }],
    [
      "LC_ALL before LANG",
      true,
      { LC_ALL: "C", LANG: "en_US.UTF-8" },
      {},
      { kind: "board", color: true, unicode: false },
    ],
  ] as const)("answers %s", (_, isTerminal, env, given, expected) => {
    expect(chooseSurface(isTerminal, env, { ...looks, ...given })).toEqual(expected);
  });
});
