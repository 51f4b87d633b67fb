/** Columns at which `base64` and PEM break their lines. */
const BASE64_COLUMNS = [76, 64];

/** How a secret is usually written by the programs that leak it: itself, and in each encoding. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString("hex");
  return [
    secret,
    ...base64Forms(bytes),
    hex,
    hex.toUpperCase(),
    ...uriForms(secret),
    ...jsonForms(secret),
    ...shellForms(secret),
    ...xmlForms(secret),
  ];
}

/** Inside a longer text a secret's base64 depends on its position modulo three. */
function base64Forms(bytes: Buffer): string[] {
  const inside = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    const whole = Math.floor(((shift + bytes.length) * 8) / 6);
    // The characters at both ends mix with the neighbours' bits.
    return text.slice(Math.ceil((shift * 8) / 6), whole);
  });
  const alone = bytes.toString("base64");
  const wrapped = BASE64_COLUMNS.flatMap((columns) => pieces(alone, columns));
  return [alone, ...inside, ...wrapped].flatMap((form) => [
    form,
    form.replaceAll("+", "-").replaceAll("/", "_"),
  ]);
}

/** A last piece of a few characters is no secret, and would be found everywhere. */
function pieces(text: string, columns: number): string[] {
  const found: string[] = [];
  if (text.length <= columns) return found;
  for (let at = 0; at < text.length; at += columns) found.push(text.slice(at, at + columns));
  return found.filter((piece) => piece.length >= 8);
}

function uriForms(secret: string): string[] {
  const uri = encodeURIComponent(secret.replace(/\p{Cs}/gu, "\ufffd"));
  const strict = uri.replace(/[!'()*~]/g, (found) => `%${hexOf(found, 2).toUpperCase()}`);
  const form = new URLSearchParams({ _: secret }).toString().slice(2);
  return [uri, strict, form]
    .flatMap((form) => [
      form,
      form.replaceAll("%20", "+"),
      form.replaceAll("%2F", "/"),
      form.replaceAll("%7E", "~"),
    ])
    .flatMap((form) => [form, form.replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())]);
}

function jsonForms(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const ascii = json.replace(/[^ -~]/g, (found) => `\\u${hexOf(found, 4)}`);
  const slashed = json.replaceAll("/", "\\/");
  return [json, ascii, slashed, ascii.replace(/[<>&'=+`]/g, (found) => `\\u${hexOf(found, 4)}`)].flatMap(
    (form) => [form, form.replace(/[<>&]/g, (found) => `\\u${hexOf(found, 4)}`)],
  );
}

function shellForms(secret: string): string[] {
  return [
    secret.replaceAll("'", "'\\''"),
    secret.replaceAll("'", `'"'"'`),
    secret.replaceAll("'", "''"),
    secret.replaceAll(/[^\w@%+=:,./-]/g, "\\$&"),
    secret.replaceAll(/["$`\\]/g, "\\$&"),
    secret.replaceAll(/['\\]/g, "\\$&"),
  ];
}

function xmlForms(secret: string): string[] {
  const text = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const quoted = text.replaceAll('"', "&quot;");
  const both = ["&#39;", "&#x27;", "&apos;"].map((quote) => quoted.replaceAll("'", quote));
  return [text, quoted, ...both, text.replaceAll('"', "&#34;").replaceAll("'", "&#39;")];
}

function hexOf(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, "0");
}
