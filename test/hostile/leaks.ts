/**
 * Whether a text gives a secret away: as it is, or to whoever undoes what programs do to texts. Written
 * from the encodings and not from our code.
 */
export function findLeaks(text: string, secret: string): string[] {
  const seen = text.replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, "");
  const readings: Record<string, string> = {
    "as it is": seen,
    unescaped: seen.replace(/\\(.)/g, "$1"),
    "out of JSON": seen.replace(/\\u([0-9a-f]{4})/gi, (_, hex) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    "out of a URL": percentDecoded(seen),
    "out of XML": entityDecoded(seen),
    "out of a shell": seen.replaceAll("'\\''", "'").replaceAll(`'"'"'`, "'"),
    "out of base64": decodedTokens(seen, /[A-Za-z0-9+/_-]{8,}/g, "base64"),
    "out of hexadecimal": decodedTokens(seen, /[0-9a-fA-F]{8,}/g, "hex"),
  };
  return Object.entries(readings)
    .filter(([, reading]) => windowsOf(secret).some((window) => reading.includes(window)))
    .map(([how]) => how);
}

/** A third of a secret, eight characters at least, is a leak too. */
function windowsOf(secret: string): string[] {
  const length = Math.min(secret.length, Math.max(8, Math.ceil(secret.length / 3)));
  return Array.from({ length: secret.length - length + 1 }, (_, at) => secret.slice(at, at + length));
}

function percentDecoded(text: string): string {
  return text
    .replaceAll("+", " ")
    .replace(/(?:%[0-9a-f]{2})+/gi, (found) =>
      Buffer.from(found.replaceAll("%", ""), "hex").toString("utf8"),
    );
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  "#39": "'",
  "#x27": "'",
  "#34": '"',
};

function entityDecoded(text: string): string {
  return text.replace(/&([#\w]+);/g, (found, name: string) => ENTITIES[name] ?? found);
}

/** From every place in a token at which a whole byte may begin. */
function decodedTokens(text: string, token: RegExp, encoding: "base64" | "hex"): string {
  const offsets = encoding === "base64" ? [0, 1, 2, 3] : [0, 1];
  return [...text.matchAll(token)]
    .flatMap(([found]) =>
      offsets.map((offset) => Buffer.from(found.slice(offset), encoding).toString("utf8")),
    )
    .join("\n");
}

type Encode = (secret: string) => string;
const base64: Encode = (text) => Buffer.from(text).toString("base64");
const hex: Encode = (text) => Buffer.from(text).toString("hex");

/** How programs write secrets into what they print. */
export const ENCODINGS: Readonly<Record<string, Encode>> = {
  raw: (secret) => secret,
  base64,
  "base64 after one byte": (secret) => base64(`:${secret}`),
  "base64 after two bytes": (secret) => base64(`a:${secret}`),
  "base64 amid a text": (secret) => base64(`user:${secret}:more`),
  base64url: (secret) => Buffer.from(secret).toString("base64url"),
  "base64 without its padding": (secret) => base64(secret).replace(/=+$/, ""),
  hexadecimal: hex,
  "hexadecimal in capitals": (secret) => hex(secret).toUpperCase(),
  "percent encoding": encodeURIComponent,
  "percent encoding in small letters": (secret) =>
    encodeURIComponent(secret).replace(/%../g, (found) => found.toLowerCase()),
  "strict percent encoding": (secret) =>
    encodeURIComponent(secret).replace(/[!'()*~]/g, (found) => `%${hex(found).toUpperCase()}`),
  form: (secret) => new URLSearchParams({ secret }).toString(),
  JSON: (secret) => JSON.stringify({ secret }),
  "JSON for a page": (secret) => JSON.stringify(secret).replace(/[<>&]/g, (found) => `\\u00${hex(found)}`),
  "a quoted shell word": (secret) => `'${secret.replaceAll("'", "'\\''")}'`,
  "an escaped shell word": (secret) => secret.replace(/[^\w@%+=:,./-]/g, "\\$&"),
  XML: (secret) =>
    secret
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("'", "&#39;"),
};

/** Passwords, tokens and addresses of every shape; none is real. */
export const SECRETS: readonly string[] = [
  "hunter2-hunter2",
  "p@ss w0rd/'\"\\<&+?=é!",
  "ghx_16C7e42F292c6912E7710c838347Ae178B4a",
  "github_tok_11ABCDE0Y0abcdefghij_0123456789",
  "AKIXIOSFODNN7EXAMPLE",
  "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  "https://hooks.example.com/services/T0001/B0002/XXXXyyyyZZZZ",
  "https://chat.example.com/workflows/abc?sig=d%2Fe%3Df&sv=1.0",
  "user:pa:ss:word",
  "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln",
  "$(rm -rf /)`id`$HOME",
  "'single' and \"double\"",
  '<xml attr="v">&amp;</xml>',
  "비밀번호-한국어-가나다",
  "🔑-emoji-🗝️-key",
  "ümläut-pässwörd-ñ",
  "back\\slash\\\\twice",
  "a*b_c~d|e#f[g]h(i)j",
  "@octocat #12 https://x.example",
  "0123456789012345678901234567890123456789",
  "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00",
  "=+-@leading formula",
  ":colons:in:it:",
  "%41%42%43 percent",
  "tab\tin the middle",
  "aaaaaaaaaaaaaaaa",
];
