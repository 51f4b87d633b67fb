/** What we have chosen ourselves: words that a machine compares, which a secret of the same spelling must not spoil. */
const OURS: ReadonlySet<string> = new Set([
  "outcome",
  "reasonCode",
  "phase",
  "status",
  "verdict",
  "severity",
  "scope",
  "on",
  "changeId",
  "environment",
  "digest",
  "commit",
  "journalRef",
  "issueUrl",
]);

/** The same document with every text in it redacted, but for what we have chosen ourselves. */
export function maskValues<T>(document: T, redact: (text: string) => string): T {
  const mask = (value: unknown): unknown => {
    if (typeof value === "string") return redact(value);
    if (Array.isArray(value)) return value.map(mask);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([key, part]) => {
      const isOurs = OURS.has(key) || key.endsWith("At");
      return [key, isOurs && typeof part === "string" ? part : mask(part)];
    });
    return Object.fromEntries(entries);
  };
  return mask(document) as T;
}
