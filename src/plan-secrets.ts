/** By name. Every value is a secret: the entry registers it before anything else happens. */
export type PlanSecrets = ReadonlyMap<string, string>;

/** GitHub keeps no more in one secret; a few of them together may come. */
const CHARS_MAX = 262_144;
const SECRETS_MAX = 100;
/** What is shorter cannot be hidden without tearing ordinary words apart. */
const VALUE_CHARS_MIN = 4;

/**
 * Names that would change what a program is instead of what it knows: whoever could write only a secret's
 * value must not come to run code by it, or speak for the runner, git or the change itself.
 */
const RESERVED = new Set([
  ..."PATH HOME SHELL IFS ENV BASH_ENV SHELLOPTS BASHOPTS CDPATH GLOBIGNORE PS4 PROMPT_COMMAND".split(" "),
  ..."TMPDIR TMP TEMP USER LOGNAME HOSTNAME PWD OLDPWD TERM LANG EDITOR VISUAL PAGER CI".split(" "),
  ..."CLASSPATH JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS RUBYOPT RUBYLIB".split(" "),
  ..."PERL5OPT PERL5LIB PERL5DB PERLLIB SSLKEYLOGFILE OPENSSL_CONF HOSTALIASES LOCALDOMAIN".split(" "),
  ..."__PROTO__ SSH_ASKPASS SUDO_ASKPASS GCONV_PATH NLSPATH PREVIOUS_VERSION BACKUP_FILE".split(" "),
  ..."HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY".split(" "),
]);
const RESERVED_PREFIXES = [
  ..."GITHUB_ RUNNER_ ACTIONS_ INPUT_ STATE_ NODE_ NPM_ LD_ DYLD_ BASH_FUNC_ GIT_ LC_ PYTHON".split(" "),
  ..."TARGET_ CHANGE_ MALLOC_ GLIBC_".split(" "),
];

/**
 * The input `plan-secrets`: a JSON object of texts, or lines `NAME=VALUE`, where `#` begins a comment line
 * and the value is what follows the first `=`, as it stands. Problems name lines and names, never values.
 */
export function parsePlanSecrets(text: string, problems: string[]): PlanSecrets {
  if (text.length > CHARS_MAX) {
    problems.push(`\`plan-secrets\` is longer than ${CHARS_MAX} characters`);
    return new Map();
  }
  const found = text.trimStart().startsWith("{") ? readObject(text, problems) : readLines(text, problems);
  if (found.length > SECRETS_MAX) problems.push(`\`plan-secrets\` has more than ${SECRETS_MAX} secrets`);
  const secrets = new Map<string, string>();
  for (const { name, value, place } of found) {
    const wrong = findFault(name, value);
    if (wrong !== null) problems.push(`\`plan-secrets\`, ${place}: ${wrong}`);
    else if (secrets.has(name)) problems.push(`\`plan-secrets\`, ${place}: ${name} is there twice`);
    else secrets.set(name, String(value));
  }
  return secrets;
}

type Entry = Readonly<{ name: string; value: unknown; place: string }>;

function readObject(text: string, problems: string[]): Entry[] {
  try {
    return Object.entries(JSON.parse(text)).map(([name, value], index) => {
      return { name, value, place: `entry ${index + 1}` };
    });
  } catch {
    // The parser's own message quotes the text.
    problems.push("`plan-secrets` begins like a JSON object and is none; make the values with `toJSON()`");
    return [];
  }
}

function readLines(text: string, problems: string[]): Entry[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === "" || line.trimStart().startsWith("#")) return [];
    const at = line.indexOf("=");
    const place = `line ${index + 1}`;
    if (at >= 0) return [{ name: line.slice(0, at).trim(), value: line.slice(at + 1), place }];
    const why = "it is not NAME=VALUE; a value of several lines needs the JSON form";
    problems.push(`\`plan-secrets\`, ${place}: ${why}`);
    return [];
  });
}

/** A malformed name is not shown either: it may be a piece of some value. */
function findFault(name: string, value: unknown): string | null {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,99}$/.test(name)) {
    return "its name is not made of letters, digits and underscores, as a variable's is";
  }
  if (isReserved(name)) return `${name} is not a name for a secret: it steers programs; give it another one`;
  if (typeof value !== "string") return `${name} is no text`;
  if (value === "") return `${name} is empty: the secret that it is made from does not exist here`;
  if (value.includes("\0")) return `${name} has a null character in it`;
  if (value.trim().length < VALUE_CHARS_MIN) {
    return `${name} is too short to be hidden: it needs ${VALUE_CHARS_MIN} characters`;
  }
  return null;
}

function isReserved(name: string): boolean {
  const upper = name.toUpperCase();
  return RESERVED.has(upper) || RESERVED_PREFIXES.some((prefix) => upper.startsWith(prefix));
}
