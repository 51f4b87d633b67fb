import http, { type IncomingMessage, type RequestOptions } from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import tls from "node:tls";

export type Call = Readonly<{
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  signal?: AbortSignal;
}>;
export type Fetch = (url: string, call: Call) => Promise<Response>;

const REDIRECTS_MAX = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** After these the method and the body stay what they were. */
const REPEATS: ReadonlySet<number> = new Set([307, 308]);
/** fetch refuses to make an answer with a body of these. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * As much of fetch as a client of GitHub needs, each request through a tunnel of its own that the proxy
 * opens, for https and http alike. Rejects with the signal's reason, or with what the connection failed of.
 */
export function tunnelFetch(proxy: URL): Fetch {
  return async (url, call) => {
    let target = new URL(url);
    let { method = "GET", headers = {}, body } = call;
    for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
      const answer = await ask(proxy, target, { ...call, method, headers, ...(body && { body }) });
      const next = placeAfter(answer, target);
      if (next === null) return makeResponse(answer, target);
      answer.destroy();
      if (!REPEATS.has(answer.statusCode ?? 0) && method !== "GET" && method !== "HEAD") {
        method = "GET";
        body = undefined;
      }
      // A token is for the host that it was given for.
      if (next.origin !== target.origin) headers = without(headers, "authorization");
      target = next;
    }
    throw new Error(`more than ${REDIRECTS_MAX} redirects`);
  };
}

async function ask(proxy: URL, target: URL, call: Call): Promise<IncomingMessage> {
  const { signal } = call;
  try {
    const socket = await openTunnel(proxy, target, signal);
    return await send(socket, target, call);
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
}

function openTunnel(proxy: URL, target: URL, signal: AbortSignal | undefined): Promise<Socket> {
  const isSecure = proxy.protocol === "https:";
  const authority = `${target.hostname}:${portOf(target)}`;
  const credentials = `${proxy.username}:${proxy.password}`;
  const authorization = { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` };
  const request = (isSecure ? https : http).request({
    host: bare(proxy.hostname),
    port: portOf(proxy),
    method: "CONNECT",
    path: authority,
    headers: { host: authority, ...(credentials === ":" ? {} : authorization) },
    agent: false,
    ...(signal && { signal }),
  });
  return new Promise((resolve, reject) => {
    request.once("connect", ({ statusCode }: IncomingMessage, socket: Socket) => {
      if (statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(refused(proxy, statusCode));
    });
    // A proxy that answers as if it had been asked for a page.
    request.once("response", (answer: IncomingMessage) => {
      answer.destroy();
      reject(refused(proxy, answer.statusCode));
    });
    request.once("error", reject);
    request.end();
  });
}

function send(socket: Socket, target: URL, call: Call): Promise<IncomingMessage> {
  const { method, headers, body = "", signal } = call;
  const isSecure = target.protocol === "https:";
  const servername = bare(target.hostname);
  const options: RequestOptions = {
    ...(method && { method }),
    headers: {
      ...headers,
      host: target.host,
      connection: "close",
      ...(body && { "content-length": Buffer.byteLength(body) }),
    },
    createConnection: () => (isSecure ? tls.connect({ socket, servername }) : socket),
    ...(signal && { signal }),
  };
  return new Promise((resolve, reject) => {
    const request = (isSecure ? https : http).request(target, options, resolve);
    request.once("error", reject);
    request.end(body);
  });
}

function placeAfter({ statusCode = 0, headers }: IncomingMessage, target: URL): URL | null {
  const { location } = headers;
  return REDIRECTS.has(statusCode) && location !== undefined ? new URL(location, target) : null;
}

function makeResponse(answer: IncomingMessage, target: URL): Response {
  const { statusCode = 0, statusMessage = "", headersDistinct } = answer;
  const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  const hasBody = !WITHOUT_BODY.has(statusCode);
  if (!hasBody) answer.resume();
  const body = hasBody ? (Readable.toWeb(answer) as ReadableStream<Uint8Array>) : null;
  const response = new Response(body, { status: statusCode, statusText: statusMessage, headers });
  // A Response that was made by hand does not know where it came from.
  return Object.defineProperty(response, "url", { value: target.href });
}

function refused({ host }: URL, status: number | undefined): Error {
  return new Error(`the proxy ${host} opens no way to GitHub: it answered ${status}`);
}

function portOf({ port, protocol }: URL): string {
  return port !== "" ? port : protocol === "https:" ? "443" : "80";
}

/** An IPv6 address is in brackets only in a URL. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}

function without(headers: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key.toLowerCase() !== name));
}
