/**
 * One word for a shell, whatever its characters (but NUL, which no word can hold). The only place
 * where text becomes part of a shell's program, here and on the targets.
 */
export function quoteWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
