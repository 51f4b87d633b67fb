/** One word for a shell, whatever its characters (but NUL, which no word can hold). */
export function quoteWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
