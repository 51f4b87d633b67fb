import { isIP, isIPv6 } from "node:net";
import type { Target } from "../../plan/change.ts";

const HOST = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}$/;
/** In a URL a target's host may bring its port along. */
const HOST_AND_PORT = /^(?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;
const PLACEHOLDER = /\{(host|name|zone|version)\}/g;
const AUTHORITY = /^https?:\/\/[^/?#\\]*/;

export type Filled = Readonly<{ ok: true; text: string }> | Readonly<{ ok: false; reason: string }>;
export type Values = Readonly<Record<"host" | "name" | "zone" | "version", string | null>>;
/** null: the value cannot stand there. */
type Encode = (value: string) => string | null;

/** null: for the service as a whole, which has neither host nor name. */
export function valuesOf(target: Target | null, version: string): Values {
  return { host: target?.host ?? null, name: target?.name ?? null, zone: target?.zone ?? null, version };
}

/** A host by itself, as a connection takes it: without brackets. */
export function fillHost(template: string, values: Values): Filled {
  return fill(template, values, (value) => (isIP(value) !== 0 || HOST.test(value) ? value : null));
}

/** What stands before the path has to be a host; what comes after it is encoded. */
export function fillUrl(template: string, values: Values): Filled {
  const authority = AUTHORITY.exec(template)?.[0];
  if (authority === undefined)
    return { ok: false, reason: "the URL does not begin with http:// or https://" };
  const front = fill(authority, values, urlHost);
  if (!front.ok) return front;
  const rest = template.slice(authority.length);
  const back = fill(rest, values, encodeURIComponent);
  if (!back.ok) return back;
  if (climbs(rest, back.text)) return { ok: false, reason: "a value means another folder in the URL's path" };
  return { ok: true, text: front.text + back.text };
}

function fill(template: string, values: Values, encode: Encode): Filled {
  let reason: string | null = null;
  const text = template.replaceAll(PLACEHOLDER, (placeholder, name: keyof Values) => {
    const value = values[name];
    if (value === null) reason ??= `the target has no ${name}`;
    const encoded = value === null ? null : encodeSafely(value, encode);
    if (encoded === null) reason ??= `the value of ${placeholder} cannot stand there`;
    return encoded ?? "";
  });
  return reason === null ? { ok: true, text } : { ok: false, reason };
}

function encodeSafely(value: string, encode: Encode): string | null {
  try {
    return encode(value);
  } catch {
    return null; // half of a surrogate pair
  }
}

function urlHost(value: string): string | null {
  if (isIPv6(value)) return `[${value}]`;
  return HOST_AND_PORT.test(value) ? value : null;
}

/** No encoding keeps a URL parser from taking a segment of dots for a way up. */
function climbs(template: string, filled: string): boolean {
  const written = template.split("/");
  const segments = filled.split(/[?#]/, 1)[0]?.split("/") ?? [];
  return segments.some((segment, i) => segment !== written[i] && /^(?:\.|%2e){1,2}$/i.test(segment));
}
