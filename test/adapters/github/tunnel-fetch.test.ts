import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http, { type RequestListener, type Server } from "node:http";
import https from "node:https";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import tls from "node:tls";
import { afterEach, describe, expect, it, vi } from "vitest";
import { proxyFetch } from "../../../src/adapters/github/proxy-fetch.ts";
import { tunnelFetch } from "../../../src/adapters/github/tunnel-fetch.ts";

const API = "http://api.github.test";

const open: Server[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of open.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function listen<S extends Server>(server: S): Promise<number> {
  open.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

/** A proxy that leads every tunnel to `port`, and what it was asked for. */
async function startProxy(port: number) {
  const asked: { to: string; credentials: string | null }[] = [];
  const server = http.createServer();
  server.on("connect", ({ url = "", headers }, socket) => {
    asked.push({ to: url, credentials: headers["proxy-authorization"] ?? null });
    const far = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      far.pipe(socket).pipe(far);
    });
    far.on("error", () => socket.destroy());
    socket.on("error", () => far.destroy());
  });
  return { url: new URL(`http://127.0.0.1:${await listen(server)}`), asked };
}

async function behindProxy(answer: RequestListener) {
  const proxy = await startProxy(await listen(http.createServer(answer)));
  return { ...proxy, fetch: tunnelFetch(proxy.url) };
}

describe("a request through a proxy", () => {
  it("arrives whole, and its answer comes back whole", async () => {
    const { fetch, asked } = await behindProxy(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const { method, url, headers } = request;
      response.writeHead(201, { "content-type": "application/json", "x-twice": ["a", "b"] });
      response.end(JSON.stringify({ method, url, host: headers.host, body, auth: headers.authorization }));
    });
    const call = { method: "POST", headers: { authorization: "token t" }, body: '{"título":1}' };
    const response = await fetch(`${API}/repos?page=2`, call);
    expect([response.status, response.url]).toEqual([201, `${API}/repos?page=2`]);
    expect(response.headers.get("x-twice")).toBe("a, b");
    expect(await response.json()).toEqual({
      method: "POST",
      url: "/repos?page=2",
      host: "api.github.test",
      body: '{"título":1}',
      auth: "token t",
    });
    expect(asked).toEqual([{ to: "api.github.test:80", credentials: null }]);
  });

  it.each([204, 304])("has an answer without a body where %i says so", async (status) => {
    const { fetch } = await behindProxy((_, response) => response.writeHead(status).end());
    const response = await fetch(API, {});
    expect([response.status, await response.text()]).toEqual([status, ""]);
  });

  it("tells the proxy its name and password", async () => {
    const { url, asked } = await behindProxy((_, response) => response.end("ok"));
    vi.stubEnv("http_proxy", `http://us%40er:pass@${url.host}`);
    const response = await proxyFetch(API)(API, {});
    expect(await response.text()).toBe("ok");
    const credentials = `Basic ${Buffer.from("us@er:pass").toString("base64")}`;
    expect(asked).toEqual([{ to: "api.github.test:80", credentials }]);
  });

  it("goes past the proxy where NO_PROXY names the host", async () => {
    vi.stubEnv("http_proxy", "http://127.0.0.1:9");
    vi.stubEnv("no_proxy", "github.test");
    const port = await listen(http.createServer((_, response) => response.end("direct")));
    const response = await proxyFetch(API)(`http://127.0.0.1:${port}/`, {});
    expect(await response.text()).toBe("direct");
  });

  it("follows a renamed repository, and keeps the token from another host", async () => {
    const seen: unknown[] = [];
    const { fetch } = await behindProxy(({ method, url, headers }, response) => {
      seen.push([method, headers.host, url, headers.authorization ?? null]);
      if (url === "/old") return response.writeHead(307, { location: "/new" }).end();
      if (url === "/new") return response.writeHead(302, { location: "http://else.test/there" }).end();
      return response.end("found");
    });
    const call = { method: "PATCH", headers: { authorization: "token t" }, body: "{}" };
    const response = await fetch(`${API}/old`, call);
    expect(await response.text()).toBe("found");
    expect(seen).toEqual([
      ["PATCH", "api.github.test", "/old", "token t"],
      ["PATCH", "api.github.test", "/new", "token t"],
      ["GET", "else.test", "/there", null],
    ]);
  });

  it("ends after a few redirects that lead nowhere", async () => {
    const { fetch, asked } = await behindProxy((_, response) =>
      response.writeHead(301, { location: "/again" }).end(),
    );
    await expect(fetch(API, {})).rejects.toThrow("more than 5 redirects");
    expect(asked).toHaveLength(6);
  });

  it("fails with the reason of its signal, whether no answer or only half of one has come", async () => {
    const { fetch } = await behindProxy(({ url }, response) => {
      if (url === "/half") response.write("half");
    });
    const signal = AbortSignal.timeout(200);
    const reason = await fetch(API, { signal }).catch((error: unknown) => error);
    expect(reason).toBe(signal.reason);
    const half = await fetch(`${API}/half`, { signal: AbortSignal.timeout(200) });
    await expect(half.text()).rejects.toThrow();
  });

  it("says so when the proxy refuses, and when there is none", async () => {
    const refusing = http.createServer();
    refusing.on("connect", (_, socket) => socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"));
    const port = await listen(refusing);
    const fetch = tunnelFetch(new URL(`http://127.0.0.1:${port}`));
    await expect(fetch(API, {})).rejects.toThrow(`127.0.0.1:${port} opens no way to GitHub: it answered 407`);
    await expect(tunnelFetch(new URL("http://127.0.0.1:9"))(API, {})).rejects.toThrow("ECONNREFUSED");
  });

  it("speaks TLS with GitHub itself, under GitHub's name", async (context) => {
    const pair = makeCertificate("api.github.test");
    if (pair === null)
      return context.skip("openssl is not installed, or this Node cannot trust a certificate");
    const server = https.createServer(pair, (request, response) => {
      response.end((request.socket as tls.TLSSocket).servername);
    });
    const proxy = await startProxy(await listen(server));
    const fetch = tunnelFetch(proxy.url);
    await expect(fetch("https://api.github.test/", {})).rejects.toThrow(/self-signed/);
    const known = tls.getCACertificates();
    try {
      tls.setDefaultCACertificates([...known, pair.cert]);
      const response = await fetch("https://api.github.test/", {});
      expect(await response.text()).toBe("api.github.test");
      await expect(fetch("https://other.github.test/", {})).rejects.toThrow(/altnames/);
    } finally {
      tls.setDefaultCACertificates(known);
    }
    expect(proxy.asked[0]).toEqual({ to: "api.github.test:443", credentials: null });
  });
});

function makeCertificate(host: string): { key: string; cert: string } | null {
  if (typeof tls.setDefaultCACertificates !== "function") return null;
  const folder = mkdtempSync(path.join(tmpdir(), "change-deploy-tls-"));
  const [key, cert] = [path.join(folder, "key"), path.join(folder, "cert")] as const;
  const wish = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=${host}`;
  const args = [...wish.split(" "), "-addext", `subjectAltName=DNS:${host}`, "-keyout", key, "-out", cert];
  try {
    execFileSync("openssl", args, { stdio: "ignore" });
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } catch {
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
