import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { guardedLookup, isRefused, refusal } from "./guarded-lookup.ts";

export const BODY_BYTES_MAX = 65_536;
const HEADER_BYTES_MAX = 16_384;

export type Question = Readonly<{
  method?: "GET" | "POST";
  headers?: Readonly<Record<string, string>>;
  body?: string;
}>;
export type Answer = Readonly<{
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
  /** The answer was longer than what was read. */
  isCut: boolean;
  ms: number;
}>;

/**
 * One request on one connection of its own, to an address that was judged first; a redirect is an
 * answer like any other. Rejects for whatever is no answer.
 */
export function exchange(url: URL, question: Question, stop: AbortSignal): Promise<Answer> {
  const startedMs = performance.now();
  const literal = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(literal) !== 0 && isRefused(literal)) return Promise.reject(refusal(literal));
  const options = {
    method: question.method ?? "GET",
    // A connection per sample: one that is kept would go on to the process that a deployment replaced.
    agent: false,
    lookup: guardedLookup,
    signal: stop,
    maxHeaderSize: HEADER_BYTES_MAX,
    headers: {
      "user-agent": "change-deploy",
      accept: "*/*",
      "accept-encoding": "identity",
      ...question.headers,
    },
  };
  return new Promise((resolve, reject) => {
    const answer = (response: http.IncomingMessage, body: Buffer) => {
      const ms = Math.round(performance.now() - startedMs);
      const { statusCode: status = 0, headers } = response;
      const isCut = body.length > BODY_BYTES_MAX;
      resolve({ status, headers, body: body.subarray(0, BODY_BYTES_MAX), isCut, ms });
    };
    const client = url.protocol === "https:" ? https : http;
    const request = client.request(url, options, (response) => {
      readBody(response).then((body) => answer(response, body), reject);
    });
    // Unless somebody listens, an upgrade that nobody asked for ends without any event at all.
    request.on("upgrade", (response, socket) => {
      socket.destroy();
      answer(response, Buffer.alloc(0));
    });
    request.on("error", reject);
    request.end(question.body);
  });
}

/** Everything, or a little more than what fits: the rest of a longer body is never fetched. */
async function readBody(response: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop closes the connection.
    if (bytes > BODY_BYTES_MAX) break;
  }
  return Buffer.concat(chunks);
}
