import type { CommandCall } from "../../ports.ts";
import { quoteWord } from "../../quote-word.ts";
import type { Place } from "./shell.ts";
import { RUN_VARIABLE, SHELL, SHELL_NAME, wrapScript } from "./wrap-script.ts";

export type Pipes = Readonly<{ stdout: string; stderr: string }>;

/** Longer scripts and stranger environments are started directly. */
const SCRIPT_CHARS_MAX = 16_384;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What bash would act on, or would not hand on as it is. */
const BASH_NAMES =
  /^(?:BASH.*|SHELLOPTS|POSIXLY_CORRECT|ENV|E?UID|PPID|IFS|CDPATH|GLOBIGNORE|EXECIGNORE|OPT(?:IND|ERR|ARG)|S?RANDOM|SECONDS|EPOCH.*|LINENO|HISTCMD|DIRSTACK|FUNC.*|GROUPS|PIPESTATUS|COMP_.*|TMOUT|CHILD_MAX)$/;

/** Whether a fork server can give every script exactly this environment. */
export function isOrdinary(env: Readonly<Record<string, string>>): boolean {
  return Object.keys(env).every((name) => NAME.test(name) && !BASH_NAMES.test(name));
}

export function canRequest(call: CommandCall): boolean {
  const texts = [call.script, ...Object.values(call.env)];
  return (
    isOrdinary(call.env) && texts.every((text) => text.length <= SCRIPT_CHARS_MAX && !text.includes("\0"))
  );
}

/** What a fork server's job does: it opens its outputs, sets its values, and becomes the script's shell. */
export function forkRequest(
  call: CommandCall,
  receipt: string,
  where: Place & Readonly<{ pipes: Pipes }>,
): string {
  const { args, nonce } = wrapScript(call.script, receipt);
  const stdout = quoteWord(where.pipes.stdout);
  const stderr = quoteWord(where.pipes.stderr);
  const level = where.env.SHLVL;
  return [
    // Opened for both directions first: for writing alone it would wait for a reader, who may be dead.
    `exec 0</dev/null 3<>${stdout} 4<>${stderr} 1>${stdout} 2>${stderr} 3>&- 4>&- || exit`,
    `cd -- ${quoteWord(where.workDir)} || exit`,
    "unset OLDPWD",
    level === undefined ? "unset SHLVL" : `export SHLVL=${quoteWord(level)}`,
    ...Object.entries({ ...call.env, [RUN_VARIABLE]: nonce }).map(
      ([name, value]) => `export ${name}=${quoteWord(value)}`,
    ),
    `exec -a ${SHELL_NAME} ${SHELL} ${args.map(quoteWord).join(" ")}`,
    "",
  ].join("\n");
}
