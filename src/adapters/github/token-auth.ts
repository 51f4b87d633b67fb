export type TokenAuth = Readonly<{
  /** For git's environment, on top of the present one. */
  env: Readonly<Record<string, string>>;
  /** What `env` holds of the token in another form: to be registered as a secret like the token itself. */
  secrets: readonly string[];
}>;

type Given = Readonly<{
  /** GITHUB_SERVER_URL. The token goes to this server and to no other. */
  serverUrl: string;
  token: string;
  /** Configuration that is already in the environment is kept. */
  env: Readonly<Record<string, string | undefined>>;
}>;

/** Lets git push with a token, which then is on no command line and in no configuration file. */
export function gitTokenAuth({ serverUrl, token, env }: Given): TokenAuth {
  const credentials = Buffer.from(`x-access-token:${token}`).toString("base64");
  const key = `http.${new URL(serverUrl).origin}/.extraheader`;
  const start = Number.parseInt(env.GIT_CONFIG_COUNT ?? "0", 10) || 0;
  return {
    env: {
      GIT_CONFIG_COUNT: String(start + 2),
      // actions/checkout leaves a header of its own, and GitHub refuses two: the empty one clears it.
      [`GIT_CONFIG_KEY_${start}`]: key,
      [`GIT_CONFIG_VALUE_${start}`]: "",
      [`GIT_CONFIG_KEY_${start + 1}`]: key,
      [`GIT_CONFIG_VALUE_${start + 1}`]: `AUTHORIZATION: basic ${credentials}`,
    },
    secrets: [credentials],
  };
}
