const CHARS_MAX = 253;
/** A first character that no command line takes for an option, and no file system for its parent. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const DOTTED_DIGITS = /^[0-9.]*\.[0-9.]*$/;
const OCTET = /^(0|[1-9][0-9]{0,2})$/;

/** The journal and the board list the once-steps beside the targets, under these names. */
const RESERVED = new Set(["before", "after"]);

/** What is wrong with a target's name, or null. */
export function findNameFault(name: string): string | null {
  if (RESERVED.has(name)) return `is taken: \`${name}\` is where the once-steps are recorded`;
  return findCharacterFault(name);
}

/** What is wrong with a zone's name, or null. */
export function findZoneFault(zone: string): string | null {
  return findCharacterFault(zone);
}

/** What is wrong with an address, or null: a host name, an IPv4 address or an IPv6 address. */
export function findHostFault(host: string): string | null {
  if (host.includes(":")) return isIpv6(host) ? null : "is neither a host name nor an IPv6 address";
  const fault = findCharacterFault(host);
  if (fault !== null) return fault;
  if (host.includes("..")) return "has an empty part between two dots";
  if (DOTTED_DIGITS.test(host) && !isIpv4(host)) return "is not an IPv4 address";
  return null;
}

/** The same text for two spellings of one address. Only for addresses without a fault. */
export function canonicalHost(host: string): string {
  if (host.includes(":")) return canonicalIpv6(new URL(`ssh://[${host}]`).hostname);
  return host.toLowerCase().replace(/\.$/, "");
}

/** One that stands for an IPv4 address is that one: the same machine answers. */
function canonicalIpv6(address: string): string {
  const mapped = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(address);
  if (mapped === null) return address;
  return mapped
    .slice(1)
    .map((half) => Number.parseInt(half, 16))
    .flatMap((half) => [half >> 8, half & 255])
    .join(".");
}

function findCharacterFault(text: string): string | null {
  if (text.length > CHARS_MAX) return `is longer than ${CHARS_MAX} characters`;
  if (NAME.test(text)) return null;
  return "may hold only letters, digits, `.`, `-` and `_`, and starts with a letter or a digit";
}

/** A leading zero is refused: some programs read `010` as eight. */
function isIpv4(host: string): boolean {
  const octets = host.split(".");
  return octets.length === 4 && octets.every((octet) => OCTET.test(octet) && Number(octet) <= 255);
}

function isIpv6(host: string): boolean {
  return /^[0-9A-Fa-f:.]{2,45}$/.test(host) && URL.canParse(`ssh://[${host}]`);
}
