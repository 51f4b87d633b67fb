import { describe, expect, it } from "vitest";
import { guardedLookup, isRefused } from "../../../src/adapters/probe/guarded-lookup.ts";
import { answering, closedPort, http, sample, target } from "./setup.ts";

describe("an address", () => {
  it.each([
    "169.254.169.254",
    "169.254.0.1",
    "168.63.129.16",
    "100.100.100.200",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
    "fd00:ec2::254",
    "fd00:0ec2:0:0:0:0:0:0254",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "0:0:0:0:0:ffff:a83f:8110",
    "::169.254.169.254",
    "64:ff9b::169.254.169.254",
    "::ffff:0:168.63.129.16",
    "2002:a9fe:a9fe::1",
    "not-an-address",
  ])("like %s is refused", (address) => {
    expect(isRefused(address)).toBe(true);
  });

  it.each([
    "127.0.0.1",
    "::1",
    "10.0.0.1",
    "192.168.0.1",
    "169.253.255.255",
    "169.255.0.0",
    "fec0::1",
    "fd00::1",
  ])("like %s is allowed", (address) => {
    expect(isRefused(address)).toBe(false);
  });
});

describe("a check of a refused address", () => {
  it.each([
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://0251.0376.0251.0376/",
    "http://169.254.43518/",
    "http://[::ffff:169.254.169.254]/",
    "http://[fd00:ec2::254]/",
    "https://[fe80::1]/",
  ])("over HTTP to %s is unknown, and says why", async (url) => {
    const sampled = await sample(http(url));
    expect(sampled).toMatchObject({ verdict: "unknown", value: null });
    expect(sampled.detail).toContain("link-local or metadata address");
  });

  it.each(["169.254.169.254", "2852039166", "0xa9fea9fe", "fe80::1", "::ffff:169.254.169.254"])(
    "over TCP to %s is unknown, and says why",
    async (host) => {
      const sampled = await sample({ kind: "tcp", host: "{host}", port: 80 }, {}, { ...target, host });
      expect(sampled).toMatchObject({ verdict: "unknown", value: null });
      expect(sampled.detail).toContain("link-local or metadata address");
    },
  );
});

describe("a name", () => {
  it("of this machine is looked up and allowed", async () => {
    const port = await answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    expect(await sample(http(`http://localhost:${port}/`))).toMatchObject({ verdict: "healthy" });
  });

  it("that leads elsewhere leads nowhere: a redirect to a refused address is not followed", async () => {
    const port = await answering(
      "HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/latest/\r\ncontent-length: 0\r\n\r\n",
    );
    const sampled = await sample(http(`http://{host}:${port}/`));
    expect(sampled).toMatchObject({ verdict: "unhealthy", detail: "HTTP 302 instead of 200" });
  });
});

describe("the lookup of a connection", () => {
  type Found = { error: NodeJS.ErrnoException | null; address: unknown; family: unknown };
  const look = (name: string, options: object) =>
    new Promise<Found>((resolve) => {
      guardedLookup(name, options, (error, address, family) => resolve({ error, address, family }));
    });

  it("answers with one address or with all, as it is asked", async () => {
    expect(await look("127.0.0.1", {})).toEqual({ error: null, address: "127.0.0.1", family: 4 });
    const all = { error: null, address: [{ address: "127.0.0.1", family: 4 }], family: undefined };
    expect(await look("127.0.0.1", { all: true })).toEqual(all);
  });

  it("refuses every spelling of a refused address", async () => {
    for (const all of [true, false]) {
      expect((await look("0xa9fea9fe", { all })).error).toMatchObject({ code: "ADDRESS_REFUSED" });
    }
  });

  it("that fails makes the check unknown", async () => {
    const nowhere = { ...target, host: "no-such-host.invalid" };
    const port = await closedPort();
    const unknown = { verdict: "unknown", detail: expect.stringContaining("could not be looked up") };
    expect(await sample(http(`http://{host}:${port}/`), {}, nowhere)).toMatchObject(unknown);
    expect(await sample({ kind: "tcp", host: "{host}", port }, {}, nowhere)).toMatchObject(unknown);
  });
});
