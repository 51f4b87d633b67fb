import { getEventListeners } from "node:events";
import http from "node:http";
import { describe, expect, it } from "vitest";
import {
  answering,
  check,
  closedPort,
  http as httpProbe,
  listen,
  never,
  open,
  proberWith,
  sample,
  target,
} from "./setup.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
const TIGHT = { timeoutMs: 400 };

const get = (port: number, probe = {}, more = {}) => {
  return sample(httpProbe(`http://{host}:${port}/healthz`, probe), more);
};

describe("an HTTP check", () => {
  it("is healthy with the expected status, and gives the milliseconds it took", async () => {
    expect(await get(await answering(OK))).toEqual({
      target: "web-01",
      check: "alive",
      verdict: "healthy",
      value: expect.toSatisfy((ms: number) => ms >= 0 && ms < 10_000),
      detail: expect.stringMatching(/^HTTP 200 in \d+ ms$/),
    });
  });

  it("is unhealthy with another status", async () => {
    const port = await answering("HTTP/1.1 503 Nope\r\ncontent-length: 0\r\n\r\n");
    expect(await get(port)).toMatchObject({ verdict: "unhealthy", detail: "HTTP 503 instead of 200" });
    expect(await get(port, { status: 503 })).toMatchObject({ verdict: "healthy" });
  });

  it("looks for a text in the body, within its first 64 KiB", async () => {
    const port = await answering(OK);
    expect(await get(port, { bodyContains: "ell" })).toMatchObject({ verdict: "healthy" });
    expect(await get(port, { bodyContains: "bye" })).toMatchObject({ verdict: "unhealthy" });
    const long = await answering(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${"x".repeat(100_000)}end`);
    expect(await get(long)).toMatchObject({ verdict: "healthy" });
    expect(await get(long, { bodyContains: "end" })).toMatchObject({ verdict: "unhealthy" });
  });

  it.each([
    [{ below: 10_000 }, "healthy"],
    [{ below: 0 }, "unhealthy"],
    [{ above: 10_000 }, "unhealthy"],
    [{ above: -1, below: 10_000 }, "healthy"],
  ])("with the limits %j on its time is %s", async (limits, verdict) => {
    const sampled = await get(await answering(OK), {}, limits);
    expect(sampled).toMatchObject({ verdict, value: expect.any(Number) });
  });

  it("takes a redirect for its status and does not follow it", async () => {
    let asked = 0;
    const elsewhere = await listen(() => {
      asked += 1;
    });
    const port = await answering(
      `HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:${elsewhere}/\r\ncontent-length: 0\r\n\r\n`,
    );
    expect(await get(port)).toMatchObject({ verdict: "unhealthy", detail: "HTTP 302 instead of 200" });
    expect(await get(port, { status: 302 })).toMatchObject({ verdict: "healthy" });
    expect(asked).toBe(0);
  });

  it("asks over IPv6, and with the target's own port", async () => {
    const server = http.createServer((_, response) => response.end("six"));
    const port = await open(server, "::1");
    const six = { ...target, host: "::1" };
    const answer = await sample(httpProbe(`http://{host}:${port}/`, { bodyContains: "six" }), {}, six);
    expect(answer).toMatchObject({ verdict: "healthy" });
    const own = { ...target, host: `127.0.0.1:${await answering(OK)}` };
    expect(await sample(httpProbe("http://{host}/"), {}, own)).toMatchObject({ verdict: "healthy" });
  });

  it("closes its connection", async () => {
    let closed = () => {};
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const requests: string[] = [];
    const port = await listen((socket) => {
      socket.on("close", closed);
      socket.once("data", (bytes) => {
        requests.push(bytes.toString().toLowerCase());
        socket.write(OK);
      });
    });
    expect(await get(port)).toMatchObject({ verdict: "healthy" });
    await isClosed;
    expect(requests).toEqual([expect.stringContaining("connection: close")]);
  });
});

describe("an HTTP check of something broken", () => {
  it("is unhealthy when nothing listens", async () => {
    expect(await get(await closedPort())).toMatchObject({
      verdict: "unhealthy",
      detail: "connection refused",
    });
  });

  it.each([
    ["says nothing", ""],
    ["drips its headers", "HTTP/1.1 200 OK\r\nx-"],
    ["never ends its body", "HTTP/1.1 200 OK\r\n\r\nsome"],
    ["promises more than it sends", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nsome"],
    ["only ever says that it continues", "HTTP/1.1 100 Continue\r\n\r\n"],
  ])("is unhealthy in time when the target %s", async (_, bytes) => {
    const port = await answering(bytes, (socket) => {
      const drip = setInterval(() => socket.write("a"), 50);
      socket.on("close", () => clearInterval(drip));
    });
    const sampled = await get(port, {}, TIGHT);
    expect(sampled).toMatchObject({ verdict: "unhealthy", value: null });
    expect(sampled.detail).toMatch(/^no (complete answer within 400 ms|proper answer \(HPE_\w+\))$/);
  });

  it("stops reading an endless body, and lets go of it", async () => {
    let sent = 0;
    let closed = () => {};
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const port = await answering("HTTP/1.1 200 OK\r\n\r\n", (socket) => {
      const pour = () => {
        while (!socket.destroyed && socket.write("x".repeat(10_000))) sent += 10_000;
      };
      socket.on("drain", pour).on("close", closed);
      pour();
    });
    expect(await get(port)).toMatchObject({ verdict: "healthy" });
    await isClosed;
    expect(sent).toBeLessThan(50_000_000);
  });

  it.each([
    ["headers without end", `HTTP/1.1 200 OK\r\n${"x-header: y\r\n".repeat(10_000)}`],
    ["one huge header", `HTTP/1.1 200 OK\r\nx: ${"y".repeat(1_000_000)}\r\n\r\n`],
    ["no HTTP", "SSH-2.0-OpenSSH_9.6\r\n"],
    ["a body that breaks off", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nsome"],
    ["nothing, and hangs up", ""],
    ["another protocol", "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"],
  ])("is unhealthy when the target answers with %s", async (_, bytes) => {
    const sampled = await get(await answering(bytes));
    expect(sampled).toMatchObject({ verdict: "unhealthy" });
    expect(sampled.detail).toMatch(/^no proper answer \([A-Z_]+\)$|^HTTP 101/);
  });

  it("shows nothing in its detail that the target made up", async () => {
    const sampled = await get(
      await answering("HTTP/1.1 500 ::error::@everyone\r\ncontent-length: 0\r\n\r\n"),
    );
    expect(sampled.detail).toBe("HTTP 500 instead of 200");
  });
});

describe("an HTTP check that was cancelled", () => {
  it("is unknown at once", async () => {
    const port = await listen(() => {});
    const question = check(httpProbe(`http://{host}:${port}/`), { timeoutMs: 60_000 });
    const cancelled = { verdict: "unknown", detail: "cancelled" };
    expect(await proberWith().sample(question, target, {}, AbortSignal.timeout(50))).toMatchObject(cancelled);
    expect(await proberWith().sample(question, target, {}, AbortSignal.abort())).toMatchObject(cancelled);
  });

  it("leaves no listener, however many share the signal", async () => {
    const port = await answering(OK);
    const warnings: unknown[] = [];
    const note = (warning: unknown) => void warnings.push(warning);
    process.on("warning", note);
    await Promise.all(Array.from({ length: 30 }, () => get(port)));
    await new Promise(setImmediate);
    process.off("warning", note);
    expect(warnings).toEqual([]);
    expect(getEventListeners(never, "abort")).toEqual([]);
  });
});
