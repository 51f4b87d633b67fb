import http from "node:http";
import https from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** Which addresses may be asked at all: the same answer as for health checks. */
export type AddressGuard = Readonly<{
  lookup: LookupFunction;
  isRefused(address: string): boolean;
}>;

export type Answer = Readonly<{ status: number; retryAfter: string | null; body: string }>;

const BODY_BYTES_MAX = 4_096;
const HEADER_BYTES_MAX = 16_384;
const REFUSED = "ADDRESS_REFUSED";

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("0.0.0.0", "ipv4");
LOOPBACK.addAddress("::1", "ipv6");
LOOPBACK.addAddress("::", "ipv6");

/** One request on one connection; a redirect is an answer like any other. Rejects with a code for no answer. */
export function postOnce(
  url: URL,
  { body, guard }: Readonly<{ body: string; guard: AddressGuard }>,
  stop: AbortSignal,
): Promise<Answer> {
  const literal = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(literal) !== 0 && guard.isRefused(literal)) return Promise.reject(refusal());
  const options = {
    method: "POST",
    agent: false,
    lookup: isLoopback(literal) ? guard.lookup : awayFromHere(guard.lookup),
    signal: stop,
    maxHeaderSize: HEADER_BYTES_MAX,
    headers: {
      "user-agent": "change-deploy",
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(body),
      "accept-encoding": "identity",
    },
  };
  return new Promise((resolve, reject) => {
    const client = url.protocol === "https:" ? https : http;
    const request = client.request(url, options, (response) => {
      const { statusCode: status = 0, headers } = response;
      const retryAfter = headers["retry-after"] ?? null;
      readStart(response).then((text) => resolve({ status, retryAfter, body: text }), reject);
    });
    request.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, retryAfter: null, body: "" });
    });
    request.on("error", reject);
    request.end(body);
  });
}

/**
 * A receiver on this machine has to be named as such. A name that merely leads here is refused: whoever
 * controls the name would reach what listens beside us, which trusts its neighbours.
 */
function awayFromHere(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const addresses = Array.isArray(found) ? found : [];
      if (error) return callback(error, []);
      if (addresses.some(({ address }) => isLoopback(address))) return callback(refusal(), []);
      const first = addresses[0];
      if (options.all || first === undefined) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host === "localhost";
  return LOOPBACK.check(host, family === 6 ? "ipv6" : "ipv4");
}

function refusal(): NodeJS.ErrnoException {
  return Object.assign(new Error("an address that no message goes to"), { code: REFUSED });
}

/** The beginning of the answer: the rest of a longer one is never fetched. */
async function readStart(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= BODY_BYTES_MAX) break;
  }
  return Buffer.concat(chunks).toString("utf8", 0, BODY_BYTES_MAX);
}
