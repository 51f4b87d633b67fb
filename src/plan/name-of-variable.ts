const PREFIX = "env:";

/** `env:NAME` → `NAME`, which the schema has checked. */
export function nameOfVariable(reference: string): string {
  return reference.slice(PREFIX.length);
}

export function isVariable(text: string): boolean {
  return text.startsWith(PREFIX);
}
