import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcp, type LookupFunction } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { guardedLookup, isRefused } from "../../../src/adapters/probe/guarded-lookup.ts";
import { type Courier, postMessage } from "../../../src/adapters/webhook/post-message.ts";
import type { Message, MessageFormat } from "../../../src/report/message.ts";

const NOW_MS = Date.parse("2026-11-27T18:00:00Z");
const SECRET_PATH = "/services/T00/B00/s3cr3t-hook";
const MESSAGE: Message = {
  level: "critical",
  title: "Outage",
  text: "web-01 is down",
  fields: [],
  url: null,
};
const never = new AbortController().signal;

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

type Reply = (response: ServerResponse, request: IncomingMessage) => void;

/** A receiver that gives its answers one after the other, the last one for ever. */
async function receiving(...replies: readonly Reply[]) {
  const got: { path: string | undefined; type: string | undefined; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const reply = replies[Math.min(got.length, replies.length - 1)];
    got.push({ path: request.url, type: request.headers["content-type"], body });
    reply?.(response, request);
  });
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { got, port, url: `http://127.0.0.1:${port}${SECRET_PATH}` };
}

const status =
  (code: number, headers: Record<string, string> = {}, body = ""): Reply =>
  (response) =>
    response.writeHead(code, headers).end(body);

function courier(more: Partial<Courier> = {}) {
  const waits: number[] = [];
  const clock = { now: () => NOW_MS, sleep: async (ms: number) => void waits.push(ms) };
  return { waits, courier: { clock, guard: { lookup: guardedLookup, isRefused }, ...more } };
}

async function post(
  url: string,
  more: { format?: MessageFormat; courier?: Partial<Courier>; signal?: AbortSignal } = {},
) {
  const { waits, courier: tools } = courier(more.courier);
  const order = { url, format: more.format ?? "json", message: MESSAGE };
  const delivery = await postMessage(order, tools, more.signal ?? never);
  expect(JSON.stringify(delivery)).not.toMatch(/s3cr3t|services/);
  return { delivery, waits };
}

describe("a message", () => {
  it.each(["json", "slack", "teams"] as const)(
    "is posted once to a receiver of %s that takes it",
    async (format) => {
      const { got, url } = await receiving(status(200, {}, "ok"));
      expect(await post(` ${url}\n`, { format })).toEqual({ delivery: { ok: true }, waits: [] });
      expect(got).toHaveLength(1);
      expect(got[0]).toMatchObject({ path: SECRET_PATH, type: "application/json; charset=utf-8" });
      expect(got[0]?.body).toContain("Outage");
    },
  );

  it("is posted again to a receiver that fails for a moment", async () => {
    const { got, url } = await receiving(status(503), status(500), status(202));
    expect(await post(url)).toEqual({ delivery: { ok: true }, waits: [1_000, 4_000] });
    expect(got).toHaveLength(3);
  });

  it.each([
    ["7", 7_000],
    ["0", 1_000],
    [new Date(NOW_MS + 20_000).toUTCString(), 20_000],
    ["soon", 1_000],
  ])("waits as the receiver asks, by %j", async (retryAfter, ms) => {
    const { url } = await receiving(status(429, { "retry-after": retryAfter }), status(200));
    expect(await post(url)).toEqual({ delivery: { ok: true }, waits: [ms] });
  });

  it.each([
    [[status(429, { "retry-after": "31" })], "HTTP 429; it asks to wait for more than 30 s", 1],
    [[status(500)], "HTTP 500", 3],
    [[status(404, {}, "no_service @all s3cr3t-hook")], "HTTP 404", 1],
    [[status(400, {}, "invalid_payload")], "HTTP 400", 1],
    [[status(307, { location: "http://169.254.169.254/" })], "HTTP 307: redirects are not followed", 1],
    [[status(302, { location: "/elsewhere" })], "HTTP 302: redirects are not followed", 1],
    [[(response) => void response.socket?.destroy()], "the receiver could not be reached (ECONNRESET)", 3],
  ] as [Reply[], string, number][])(
    "that cannot be delivered says why: %#",
    async (replies, detail, requests) => {
      const { got, url } = await receiving(...replies);
      expect((await post(url)).delivery).toEqual({ ok: false, detail });
      expect(got).toHaveLength(requests);
    },
  );

  it("has not arrived where an old connector of Teams says so in words", async () => {
    const words =
      "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x";
    const { got, url } = await receiving(status(200, {}, words), status(200, {}, "1"));
    expect(await post(url, { format: "teams" })).toEqual({ delivery: { ok: true }, waits: [1_000] });
    expect(got).toHaveLength(2);
  });

  it("is given up where nobody answers in time, and at once when it is cancelled", async () => {
    const { url } = await receiving(() => {});
    const slow = await post(url, { courier: { timeoutMs: 60 } });
    expect(slow.delivery).toEqual({ ok: false, detail: "no answer within 60 ms" });
    expect((await post(url, { signal: AbortSignal.timeout(50) })).delivery).toEqual({
      ok: false,
      detail: "cancelled",
    });
  });

  it("is delivered although the answer never ends", async () => {
    const { url } = await receiving((response) => {
      response.writeHead(200);
      const fill = () => {
        while (response.write("x".repeat(65_536)));
      };
      response.on("drain", fill);
      fill();
    });
    expect((await post(url)).delivery).toEqual({ ok: true });
  });

  it("is not delivered by what is no HTTP at all", async () => {
    const server = createTcp((socket) => socket.end("220 smtp ready\r\n"));
    closers.push(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { delivery } = await post(`http://127.0.0.1:${port}${SECRET_PATH}`);
    expect(delivery).toMatchObject({ ok: false });
  });
});

describe("the address of a webhook", () => {
  it.each([
    "",
    "hooks.example.com/s3cr3t",
    "ftp://hooks.example.com/s3cr3t",
    "file:///etc/passwd",
    "javascript:1",
  ])("is no use when it is %j", async (url) => {
    expect((await post(url)).delivery).toEqual({
      ok: false,
      detail: "the webhook's address is not one of http or https",
    });
  });

  const refused = { ok: false, detail: "the webhook leads to an address that no message goes to" };

  it.each([
    "http://169.254.169.254/s3cr3t",
    "http://2852039166/s3cr3t",
    "http://0251.0376.0251.0376/s3cr3t",
    "http://[::ffff:a9fe:a9fe]/s3cr3t",
    "http://[fd00:ec2::254]/s3cr3t",
  ])("never leads to %s", async (url) => {
    expect((await post(url)).delivery).toEqual(refused);
  });

  /** A name server of the attacker's: the name means what `address` says. */
  const meaning =
    (address: string): LookupFunction =>
    (_, options, callback) =>
      options.all ? callback(null, [{ address, family: 4 }]) : callback(null, address, 4);

  it("leads to this machine only where it says so itself", async () => {
    const { got, port } = await receiving(status(200));
    const guard = { lookup: meaning("127.0.0.1"), isRefused };
    const named = await post(`http://hooks.example.com:${port}${SECRET_PATH}`, { courier: { guard } });
    expect(named.delivery).toEqual(refused);
    expect(got).toEqual([]);
    const said = await post(`http://localhost:${port}${SECRET_PATH}`, { courier: { guard } });
    expect(said.delivery).toEqual({ ok: true });
  });

  it("may be any other machine's, and the one that was judged is the one that is asked", async () => {
    const { got, port } = await receiving(status(200));
    let looked = 0;
    const lookup: LookupFunction = (_, options, callback) => {
      looked += 1;
      meaning(looked === 1 ? "127.0.0.1" : "169.254.169.254")("", options, callback);
    };
    const guard = { lookup, isRefused };
    expect((await post(`http://localhost:${port}${SECRET_PATH}`, { courier: { guard } })).delivery).toEqual({
      ok: true,
    });
    expect([looked, got.length]).toEqual([1, 1]);
  });
});
