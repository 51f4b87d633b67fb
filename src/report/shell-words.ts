/** One word of a POSIX shell, whatever it holds; only for showing, nothing here runs a command. */
export function quoteWord(text: string): string {
  return /^[\w@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
