import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach } from "vitest";
import { createProber } from "../../../src/adapters/probe/prober.ts";
import type { Check, Probe, Target } from "../../../src/plan/change.ts";
import type { CommandCall, CommandResult, Commands } from "../../../src/ports.ts";

export const never = new AbortController().signal;
export const target: Target = { name: "web-01", host: "127.0.0.1", zone: "a" };

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A loopback server that speaks whatever the test writes. Gives its port. */
export function listen(onSocket: (socket: Socket) => void, host = "127.0.0.1"): Promise<number> {
  return open(
    createServer((socket) => {
      closers.push(() => socket.destroy());
      socket.on("error", () => socket.destroy());
      onSocket(socket);
    }),
    host,
  );
}

/** Any server on a free port, closed after the test. */
export function open(server: Server, host = "127.0.0.1"): Promise<number> {
  closers.push(() => server.close());
  return new Promise((resolve) => {
    server.listen(0, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Answers every request with the same bytes, and goes on as `then` says. */
export function answering(bytes: string, then: (socket: Socket) => void = (socket) => socket.end()) {
  return listen((socket) => {
    socket.once("data", () => {
      socket.write(bytes);
      then(socket);
    });
  });
}

export async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await open(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function check(probe: Probe, more: Partial<Check> = {}): Check {
  return { name: "alive", probe, timeoutMs: 10_000, below: null, above: null, baselineMs: null, ...more };
}

export function http(url: string, more: Partial<Extract<Probe, { kind: "http" }>> = {}): Probe {
  return { kind: "http", url, status: 200, bodyContains: null, ...more };
}

type Answer = (call: CommandCall, signal: AbortSignal) => CommandResult | Promise<CommandResult>;

export function proberWith(answer: Answer = unasked, version = "2.0") {
  const commands: Commands = { run: async (call, signal) => answer(call, signal), probe: unasked };
  return createProber({ commands, version });
}

function unasked(): never {
  throw new Error("no command was to be run");
}

export function sample(probe: Probe, more: Partial<Check> = {}, on: Target = target) {
  return proberWith().sample(check(probe, more), on, {}, never);
}
