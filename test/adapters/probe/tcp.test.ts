import { describe, expect, it } from "vitest";
import { closedPort, listen, sample, target } from "./setup.ts";

describe("a TCP check", () => {
  it("is healthy when the port accepts, and gives the milliseconds it took", async () => {
    const port = await listen(() => {});
    expect(await sample({ kind: "tcp", host: "{host}", port })).toEqual({
      target: "web-01",
      check: "alive",
      verdict: "healthy",
      value: expect.any(Number),
      detail: expect.stringMatching(/^connected in \d+ ms$/),
    });
  });

  it("is unhealthy when nothing listens", async () => {
    const refused = { verdict: "unhealthy", value: null, detail: "connection refused" };
    expect(await sample({ kind: "tcp", host: "{host}", port: await closedPort() })).toMatchObject(refused);
  });

  it("holds its time against the limits", async () => {
    const port = await listen(() => {});
    const probe = { kind: "tcp", host: "{host}", port } as const;
    expect(await sample(probe, { below: 0 })).toMatchObject({
      verdict: "unhealthy",
      value: expect.any(Number),
    });
    expect(await sample(probe, { above: -1 })).toMatchObject({ verdict: "healthy" });
  });

  it("reaches names and IPv6", async () => {
    const port = await listen(() => {}, "::1");
    const six = { ...target, host: "::1" };
    expect(await sample({ kind: "tcp", host: "{host}", port }, {}, six)).toMatchObject({
      verdict: "healthy",
    });
    const named = { ...target, host: "localhost" };
    const four = await listen(() => {});
    expect(await sample({ kind: "tcp", host: "{host}", port: four }, {}, named)).toMatchObject({
      verdict: "healthy",
    });
  });

  it("closes its connection", async () => {
    let closed = () => {};
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const port = await listen((socket) => socket.resume().on("close", closed));
    await sample({ kind: "tcp", host: "{host}", port });
    await isClosed;
  });
});
