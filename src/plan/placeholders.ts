/** What may stand in braces in a url, a host and a query: what a target is, and what all of them get. */
export const TARGET_PLACEHOLDERS: readonly string[] = ["host", "name", "zone"];
export const PLACEHOLDERS: readonly string[] = [...TARGET_PLACEHOLDERS, "version"];

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

/** A query has braces of its own; a single word between two of them means nothing to a server. */
export function listQueryPlaceholders(query: string): string[] {
  return [...query.matchAll(/\{([A-Za-z_-]+)\}/g)].map(([, name]) => name ?? "");
}
