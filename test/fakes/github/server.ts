import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, refusal } from "./answer.ts";
import { findRoute, type Route } from "./description.ts";
import { type Failure, type Fault, Faults } from "./faults.ts";
import { handlers } from "./handlers.ts";
import { emptyState, type FakeState } from "./state.ts";
import { checkAnswer, checkRequest } from "./validate.ts";

/**
 * GitHub on a loopback port, with a memory. Every request and every answer is checked against
 * GitHub's own description; a test that ends with `violations` not empty has found a mistake.
 */
export type FakeGitHub = Readonly<{
  /** What a runner has in GITHUB_API_URL. */
  url: string;
  state: FakeState;
  /** The operations asked for so far, in order, as `POST /repos/{owner}/{repo}/issues`. */
  requests: readonly string[];
  violations: readonly string[];
  /** How many of the answers were "not modified", which cost nothing of the quota. */
  notModified(): number;
  inject(fault: Fault): void;
  clearFaults(): void;
  close(): Promise<void>;
}>;

type World = Readonly<{
  state: FakeState;
  faults: Faults;
  requests: string[];
  violations: string[];
  base(): string;
  /** Those that asked whether anything has changed, and nothing had. */
  unchanged: string[];
}>;

/** Where the API is on GitHub Enterprise Server. */
const SERVER_PREFIX = "/api/v3";

const BODY_BYTES_MAX = 1_048_576;

export async function startFakeGitHub(): Promise<FakeGitHub> {
  const state = emptyState();
  const faults = new Faults();
  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const world: World = { state, faults, requests: [], violations: [], unchanged: [], base: address };
  const server = createServer((request, response) => {
    respond(world, request, response).catch((error: unknown) => {
      world.violations.push(`the fake failed: ${String(error)}`);
      response.destroy();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: address(),
    state,
    requests: world.requests,
    violations: world.violations,
    notModified: () => world.unchanged.length,
    clearFaults: () => faults.clear(),
    inject: (fault) => faults.inject(fault, state.repository.revision),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function respond(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", world.base());
  const path = url.pathname.startsWith(`${SERVER_PREFIX}/`)
    ? url.pathname.slice(SERVER_PREFIX.length)
    : url.pathname;
  const route = findRoute(request.method ?? "GET", path);
  const body = await readBody(request);
  if (route === null) {
    world.violations.push(`GitHub describes no ${request.method} ${url.pathname}`);
    return send(response, refusal(404, "Not Found"));
  }
  world.requests.push(route.name);
  const query = Object.fromEntries(url.searchParams);
  world.violations.push(...checkRequest({ route, query, headers: request.headers, body }));

  const fault = world.faults.take(route.name);
  const failure = fault?.failure ?? null;
  if (failure?.kind === "cut-before") return void response.destroy();
  if (failure?.kind === "refuse") return send(response, refused(failure));
  const asOf = failure?.kind === "stale" ? (fault?.since ?? null) : null;
  const answer = tagged(carryOut(world, route, { request, path, query, body, asOf }));
  world.violations.push(...checkAnswer(route, answer.status, answer.body));
  const known = request.headers["if-none-match"];
  if (failure === null && known !== undefined && known === answer.headers?.etag) {
    world.unchanged.push(route.name);
    return void response.writeHead(304, { etag: known }).end();
  }
  await deliver(response, answer, failure);
}

/** Reads can be asked for again on the condition that they changed. */
function tagged(answer: Answer): Answer {
  if (answer.status !== 200) return answer;
  const hash = createHash("sha256").update(JSON.stringify([answer.body, answer.headers]));
  return { ...answer, headers: { ...answer.headers, etag: `W/"${hash.digest("hex")}"` } };
}

type Asked = Readonly<{
  request: IncomingMessage;
  path: string;
  query: Readonly<Record<string, string>>;
  body: unknown;
  asOf: number | null;
}>;

function carryOut(world: World, route: Route, { request, path, query, body, asOf }: Asked): Answer {
  const token = (request.headers.authorization ?? "").replace(/^(token|bearer) /i, "");
  const user = world.state.users.get(token);
  if (user === undefined) return refusal(401, "Bad credentials");
  const handler = handlers[route.name];
  if (handler === undefined) return refusal(501, `The fake does not carry out ${route.name}.`);
  const fields = (body ?? {}) as Readonly<Record<string, unknown>>;
  return handler({
    state: world.state,
    user,
    params: route.params,
    query,
    body: fields,
    base: world.base(),
    path,
    asOf,
  });
}

async function deliver(response: ServerResponse, answer: Answer, failure: Failure | null): Promise<void> {
  switch (failure?.kind) {
    case "cut-after":
      return void response.destroy();
    case "hang-after":
      return;
    case "do-then-fail":
      return send(response, refusal(failure.status, "Server Error"));
    case "wrong-type":
      response.writeHead(200, { "content-type": "text/html" });
      return void response.end("<html>Welcome to the guest network</html>");
    case "wrong-shape":
      return send(response, { status: 200, body: { hello: "world" } });
    case "slow-body":
      return sendSlowly(response, answer, failure.ms);
    default:
      return send(response, answer);
  }
}

function refused(failure: Extract<Failure, { kind: "refuse" }>): Answer {
  const { status, headers = {}, body } = failure;
  return { ...refusal(status, "Server Error"), headers, ...(body !== undefined && { body }) };
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(body));
}

async function sendSlowly(response: ServerResponse, answer: Answer, ms: number): Promise<void> {
  const text = JSON.stringify(answer.body);
  response.writeHead(answer.status, { "content-type": "application/json; charset=utf-8", ...answer.headers });
  response.write(text.slice(0, 10));
  await sleep(ms, undefined, { ref: false });
  response.end(text.slice(10));
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error("a request body above 1 MiB");
    chunks.push(chunk);
  }
  return bytes === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString("utf8"));
}
