/** What may stand in braces in a url, a host and a query. */
export const PLACEHOLDERS: readonly string[] = ["host", "name", "zone", "version"];

/** The names between braces, in order. A brace without its partner is a name as well, so that it is refused. */
export function listPlaceholders(text: string): string[] {
  const names: string[] = [];
  let offset = 0;
  while (offset < text.length) {
    const open = text.indexOf("{", offset);
    if (open < 0) break;
    const close = text.indexOf("}", open);
    if (close < 0) return [...names, text.slice(open + 1)];
    names.push(text.slice(open + 1, close));
    offset = close + 1;
  }
  return names;
}
