import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import os from "node:os";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { failuresOf, startLoad } from "./load.ts";
import { firstMissing, isHere } from "./needs.ts";
import { Site, tell } from "./site.ts";
import { freePort, isThere } from "./sshd.ts";

const missing = ["nginx", "wrk"].map((program) => (isThere(program) ? null : program));
const isComplete = isHere("nginx", firstMissing(...missing));
const names = ["web-1", "web-2", "web-3"];

let site: Site;
let port: number;

const pageOf = async (host: number) => (await (await fetch(`http://127.0.4.${host}:${port}/`)).text()).trim();
const pages = () => Promise.all([1, 2, 3].map(pageOf));
const nginx = (name: string, ...words: string[]) =>
  execFileSync("nginx", ["-c", site.file(`state/${name}/nginx.conf`), ...words], { stdio: "ignore" });

function startServer(name: string, listen: string, locations: string): void {
  const folder = site.file(`state/${name}`);
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  site.write(
    `state/${name}/nginx.conf`,
    `user ${os.userInfo().username}; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
     events { worker_connections 512; }
     http { access_log off; ${temp.join(" ")} server { listen ${listen}; ${locations} } }\n`,
  );
  nginx(name);
}

function open(example: string): void {
  site.copy("examples/nginx/conf", "conf");
  site.adopt(`examples/nginx/${example}.yml`, {
    ":8080/": `:${port}/`,
    "every: 1s": "every: 200ms",
    "stable: 5s": "stable: 400ms",
    "deadline: 30s": "deadline: 20s",
    ...(example === "reload" ? { "bake: 30s": "bake: 500ms" } : { "bake: 1m": "bake: 1s" }),
  });
  site.commit();
}

describe.skipIf(!isComplete)("the examples with nginx", { timeout: 120_000 }, () => {
  beforeEach(async () => {
    port = await freePort();
    site = new Site();
    names.forEach((name, at) => {
      mkdirSync(site.file(`state/${name}`), { recursive: true });
      site.copy("examples/nginx/conf/1.0.conf", `state/${name}/site.conf`);
      startServer(name, `127.0.4.${at + 1}:${port}`, `include ${site.file(`state/${name}/site.conf`)};`);
    });
  });
  afterEach(() => {
    for (const name of [...names, "front"]) {
      if (existsSync(site.file(`state/${name}/nginx.pid`))) nginx(name, "-s", "stop");
    }
    site.remove();
  });

  it("reload: no request is lost while three servers get a new configuration", async () => {
    open("reload");
    // A connection that is kept open is closed by a reload between two requests, and its client asks again.
    const load = startLoad(`http://127.0.4.2:${port}/`, { connections: 4, isKeptOpen: false });
    const { code, log } = await site.run("2.0");
    const counted = await load.end();
    expect(code, log).toBe(0);
    expect(await pages()).toEqual(["Shop 2.0", "Shop 2.0", "Shop 2.0"]);
    tell(`nginx reload: ${counted.requests} requests, ${failuresOf(counted)} failed`);
    expect(failuresOf(counted)).toBe(0);
  });

  it("reload: what nginx does not accept is never loaded, and taken away again", async () => {
    open("reload");
    const { log, result } = await site.run("3.0");
    expect(result, log).toMatchObject({ outcome: "rolled-back", trigger: { name: "step-failure" } });
    expect(result.trigger?.reason).toContain("retrun");
    expect(result.counts).toMatchObject({ "rolled-back": 1, untouched: 2 });
    expect(await pages()).toEqual(["Shop 1.0", "Shop 1.0", "Shop 1.0"]);
  });

  it.each([
    ["2.0", "succeeded", "Shop 2.0"],
    ["4.0", "rolled-back", "Shop 1.0"],
  ])("maintenance page: %s ends as %s, and no visitor ever sees an error", async (version, outcome, page) => {
    const frontPort = await freePort();
    mkdirSync(site.file("state/front"), { recursive: true });
    const closed = `if (-f ${site.file("state/front/closed")}) { return 200 "Closed until 12:00\\n"; }`;
    startServer(
      "front",
      `127.0.0.1:${frontPort}`,
      `location / { ${closed} proxy_pass http://127.0.4.1:${port}; }`,
    );
    open("maintenance");
    const running = site.start("run", "plan.yml", "--to", version);
    const seen = new Set<string>();
    const look = async () => {
      const response = await fetch(`http://127.0.0.1:${frontPort}/`);
      seen.add(`${response.status} ${(await response.text()).trim()}`);
    };
    const looking = setInterval(() => void look(), 20);
    const { log, result } = await running.ended;
    clearInterval(looking);
    expect(result.outcome, log).toBe(outcome);
    await vi.waitFor(look);
    expect(seen).toEqual(new Set(["200 Shop 1.0", "200 Closed until 12:00", `200 ${page}`]));
    expect(await pages()).toEqual([page, page, page]);
    expect(existsSync(site.file("state/front/closed"))).toBe(false);
  });
});
