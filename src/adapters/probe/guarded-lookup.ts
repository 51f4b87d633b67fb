import dns, { type LookupAddress, type LookupOptions } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** The code of an error about an address that no check may connect to. */
export const ADDRESS_REFUSED = "ADDRESS_REFUSED";

/** Where clouds hand out credentials to whoever asks from the machine itself. */
const METADATA = ["168.63.129.16", "100.100.100.200", "192.0.0.192"];
const METADATA_V6 = ["fd00:ec2::254", "fd20:ce::254"];
/** IPv6 addresses that stand for an IPv4 one, besides the mapped ones, which a block list knows itself. */
const V4_PREFIXES = ["::", "64:ff9b::", "::ffff:0:"];

const REFUSED = refusedAddresses();

/** Link-local and metadata addresses, however they are written. */
export function isRefused(address: string): boolean {
  const bare = address.split("%", 1)[0] ?? "";
  const family = isIP(bare);
  return family === 0 || REFUSED.check(bare, family === 6 ? "ipv6" : "ipv4");
}

/**
 * The lookup of a connection: the addresses that it judges are the ones connected to, so a name
 * cannot change its meaning in between.
 */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  const asked: LookupOptions & { all: true } = { ...options, all: true };
  dns.lookup(hostname, asked, (error, found) => {
    if (error) return callback(error, []);
    const refused = found.find(({ address }) => isRefused(address));
    if (refused !== undefined) return callback(refusal(refused.address), []);
    const first: LookupAddress | undefined = found[0];
    if (options.all || first === undefined) return callback(null, found);
    callback(null, first.address, first.family);
  });
};

export function refusal(address: string): NodeJS.ErrnoException {
  const error = new Error(`${address} is a link-local or metadata address, which no check may use`);
  return Object.assign(error, { code: ADDRESS_REFUSED });
}

function refusedAddresses(): BlockList {
  const list = new BlockList();
  list.addSubnet("169.254.0.0", 16, "ipv4");
  list.addSubnet("fe80::", 10, "ipv6");
  // By 6to4: 169.254 stands in the prefix.
  list.addSubnet("2002:a9fe::", 32, "ipv6");
  for (const address of METADATA) list.addAddress(address, "ipv4");
  for (const address of METADATA_V6) list.addAddress(address, "ipv6");
  for (const prefix of V4_PREFIXES) {
    list.addSubnet(`${prefix}169.254.0.0`, 112, "ipv6");
    for (const address of METADATA) list.addAddress(`${prefix}${address}`, "ipv6");
  }
  return list;
}
