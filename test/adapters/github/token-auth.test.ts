import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gitTokenAuth } from "../../../src/adapters/github/token-auth.ts";

type Recorder = { url: string; seen: string[][]; server: Server };

/** Refuses everything, and remembers the authorization headers of each request. */
async function startRecorder(): Promise<Recorder> {
  const seen: string[][] = [];
  const server = createServer((request, response) => {
    const { rawHeaders } = request;
    seen.push(
      rawHeaders.filter((_, i) => rawHeaders[i - 1]?.toLowerCase() === "authorization" && i % 2 === 1),
    );
    response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, server };
}

let github: Recorder;
let elsewhere: Recorder;
let folder: string;

beforeEach(async () => {
  [github, elsewhere] = await Promise.all([startRecorder(), startRecorder()]);
  folder = mkdtempSync(join(tmpdir(), "change-deploy-auth-"));
  execFileSync("git", ["init", "--quiet", folder]);
});

afterEach(() => {
  github.server.close();
  elsewhere.server.close();
  rmSync(folder, { recursive: true, force: true });
});

const BASIC = `basic ${Buffer.from("x-access-token:secret").toString("base64")}`;

/** Asks a server for its refs, as the journal does, with the token for `github` in the environment. */
async function listRemote(url: string, env: Record<string, string> = {}): Promise<void> {
  const base = { PATH: process.env.PATH ?? "", HOME: folder, GIT_TERMINAL_PROMPT: "0", ...env };
  const auth = gitTokenAuth({ serverUrl: github.url, token: "secret", env: base });
  await new Promise<void>((done) => {
    execFile(
      "git",
      ["ls-remote", `${url}/octo-org/shop`],
      { cwd: folder, env: { ...base, ...auth.env } },
      () => done(),
    );
  });
}

describe("git with the action's token", () => {
  it("sends it to the GitHub server", async () => {
    await listRemote(github.url);
    expect(github.seen[0]).toEqual([BASIC]);
  });

  it("sends it to no other server", async () => {
    await listRemote(elsewhere.url);
    expect(elsewhere.seen[0]).toEqual([]);
  });

  it("sends it alone where a checkout has left a header of its own", async () => {
    const key = `http.${github.url}/.extraheader`;
    execFileSync("git", ["-C", folder, "config", key, "AUTHORIZATION: basic b2xk"]);
    await listRemote(github.url);
    expect(github.seen[0]).toEqual([BASIC]);
  });

  it("keeps the configuration that the environment already has", async () => {
    const given = {
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "http.extraheader",
      GIT_CONFIG_VALUE_0: "X-Trace: 1",
    };
    await listRemote(github.url, given);
    expect(github.seen[0]).toEqual([BASIC]);
    const { env } = gitTokenAuth({ serverUrl: github.url, token: "secret", env: given });
    expect(env).toMatchObject({ GIT_CONFIG_COUNT: "3" });
    expect(Object.keys(env)).not.toContain("GIT_CONFIG_KEY_0");
  });

  it("names every form of the token that it makes, to be masked", () => {
    const { env, secrets } = gitTokenAuth({ serverUrl: "https://github.com", token: "secret", env: {} });
    const values = Object.values(env).join("\n");
    expect(secrets).toEqual([BASIC.slice("basic ".length)]);
    expect(values).toContain(secrets[0]);
    expect(values).not.toContain("secret");
  });
});
