import { COMMITTER } from "./objects.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What would point git at another repository, another author, a tracing log or a prompt. */
const FOREIGN =
  /^GIT_(DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|INDEX_VERSION|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX|QUARANTINE_PATH|SHALLOW_FILE|GRAFT_FILE|REPLACE_REF_BASE|CONFIG|DEFAULT_HASH|DEFAULT_REF_FORMAT|REFLOG_ACTION|TEMPLATE_DIR|TRACE\w*|TR2\w*|AUTHOR_\w+|COMMITTER_\w+|EDITOR|PAGER|.*_PATHSPECS)$/;

/** The environment for git: the caller's, so that proxies, ssh and credential helpers work, without its traps. */
export function gitEnvironment(source: Environment): Environment {
  const kept = Object.entries(source).filter(([name]) => !FOREIGN.test(name));
  return {
    ...Object.fromEntries(kept),
    LC_ALL: "C",
    LANGUAGE: "",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    // A journal may be written where nobody has told git a name: reflogs want one.
    GIT_COMMITTER_NAME: COMMITTER.name,
    GIT_COMMITTER_EMAIL: COMMITTER.email,
    GIT_AUTHOR_NAME: COMMITTER.name,
    GIT_AUTHOR_EMAIL: COMMITTER.email,
  };
}

/** Before 2.31 git knows no GIT_CONFIG_COUNT; what `git -c` hands to its children works there. */
export function withOldSettings(env: Environment): Environment {
  const count = Number(env.GIT_CONFIG_COUNT ?? "0");
  const settings = Array.from({ length: Math.min(count || 0, 100) }, (_, index) => {
    const setting = `${env[`GIT_CONFIG_KEY_${index}`]}=${env[`GIT_CONFIG_VALUE_${index}`]}`;
    return `'${setting.replaceAll("'", "'\\''")}'`;
  });
  if (settings.length === 0) return env;
  return {
    ...env,
    GIT_CONFIG_PARAMETERS: [env.GIT_CONFIG_PARAMETERS ?? "", ...settings].join(" ").trim(),
  };
}
