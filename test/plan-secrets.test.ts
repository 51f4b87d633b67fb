import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePlanSecrets } from "../src/plan-secrets.ts";

function read(text: string) {
  const problems: string[] = [];
  const secrets = Object.fromEntries(parsePlanSecrets(text, problems));
  return { secrets, problems };
}

describe("the secrets of a plan", () => {
  it("come as lines, each value as it stands after the first equals sign", () => {
    const text = "# for the steps\nTOKEN=abcd=ef== \r\n\n  API_KEY = with space\n";
    expect(read(text)).toEqual({
      secrets: { TOKEN: "abcd=ef== ", API_KEY: " with space" },
      problems: [],
    });
  });

  it("come as a JSON object, for values of several lines", () => {
    const key = "-----BEGIN KEY-----\nabc==\n-----END KEY-----\n";
    expect(read(JSON.stringify({ SSH_KEY: key, other_1: "wxyz" }))).toEqual({
      secrets: { SSH_KEY: key, other_1: "wxyz" },
      problems: [],
    });
  });

  it("are none where there is nothing", () => {
    expect(read("")).toEqual({ secrets: {}, problems: [] });
  });

  it("of any kind come through JSON unchanged", () => {
    const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,20}$/).map((word) => `S_${word}`);
    const value = fc.string({ minLength: 4 }).filter((it) => it.trim().length >= 4 && !it.includes("\0"));
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 20 }), (secrets) => {
        expect(read(JSON.stringify(secrets)).secrets).toEqual({ ...secrets });
      }),
    );
  });
});

describe("a name that steers programs", () => {
  it.each([
    ..."PATH HOME IFS ENV BASH_ENV SHELLOPTS PS4 PROMPT_COMMAND TMPDIR CI http_proxy HTTPS_PROXY".split(" "),
    ..."LD_PRELOAD LD_LIBRARY_PATH DYLD_INSERT_LIBRARIES NODE_OPTIONS node_path npm_config_registry".split(
      " ",
    ),
    ..."GIT_SSH_COMMAND GIT_CONFIG_COUNT GIT_DIR GITHUB_TOKEN GITHUB_OUTPUT RUNNER_TEMP".split(" "),
    ..."ACTIONS_ID_TOKEN_REQUEST_TOKEN INPUT_PHASE STATE_ended PYTHONPATH PYTHONSTARTUP PERL5OPT".split(" "),
    ..."RUBYOPT JAVA_TOOL_OPTIONS SSH_ASKPASS TARGET_NAME CHANGE_VERSION PREVIOUS_VERSION BACKUP_FILE".split(
      " ",
    ),
    ..."__proto__ LC_ALL OPENSSL_CONF SSLKEYLOGFILE BASH_FUNC_ls GCONV_PATH".split(" "),
  ])("is refused: %s", (name) => {
    const { secrets, problems } = read(`${name}=some-value\nGOOD=some-other`);
    expect(secrets).toEqual({ GOOD: "some-other" });
    expect(problems).toEqual([expect.stringContaining(`${name} is not a name for a secret`)]);
  });

  it.each(["A-B", "1A", "A B", "", "__proto__.x", "A\u0000", "ÄB", "a".repeat(101), "BASH_FUNC_x%%", "A;B"])(
    "is refused when it is no variable's name, without being shown: %j",
    (name) => {
      const { secrets, problems } = read(JSON.stringify({ [name]: "some-value" }));
      expect(secrets).toEqual({});
      expect(problems).toEqual([
        "`plan-secrets`, entry 1: its name is not made of letters, digits and underscores, as a variable's is",
      ]);
    },
  );
});

describe("a mistake in the secrets", () => {
  it.each([
    ["a line that is none", "A_B=abcd\nhunter2", "line 2: it is not NAME=VALUE"],
    [
      "a key of several lines",
      "KEY=-----BEGIN\nhunter2+/\n-----END",
      "a value of several lines needs the JSON form",
    ],
    ["a name twice", "A_B=abcd\nA_B=hunter2", "line 2: A_B is there twice"],
    ["an empty value", "A_B=", "A_B is empty: the secret that it is made from does not exist here"],
    ["a value that cannot be hidden", "A_B=abc", "A_B is too short to be hidden"],
    ["broken JSON", '{ "A": hunter2 }', "begins like a JSON object and is none"],
    ["a value that is no text", '{ "A_B": ["hunter2"] }', "A_B is no text"],
    ["a null character", '{ "A_B": "hunter2\\u0000" }', "A_B has a null character in it"],
    ["too much", `A_B=${"hunter2".repeat(40_000)}`, "is longer than 262144 characters"],
  ])("is named and never quoted: %s", (_, text, expected) => {
    const { problems } = read(text);
    expect(problems.join("\n")).toContain(expected);
    expect(problems.join("\n")).not.toContain("hunter2");
  });
});
