import { mkdirSync, symlinkSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isHere } from "./needs.ts";
import { missingForPostgres, Postgres } from "./postgres.ts";
import { Site, tell } from "./site.ts";

const isComplete = isHere("the ERP weekend", missingForPostgres());
const hosts = ["erp-db", "erp-app-1", "erp-app-2", "erp-batch"];
const PROGRAMS = {
  bin: ["sudo", "systemctl", "ping", "upgrade", "df", "aws", "scan-log"],
  ops: [
    "replica",
    "snapshot",
    "restore-to-spare",
    "erp",
    "monitoring",
    "wait-until",
    "ledger",
    "tune",
    "smoke",
  ],
};

let database: Postgres;
let site: Site;
let server: http.Server;

const ledger = () => database.run("select id, md5(ledger::text) from ledger order by id", "erp");
const calls = () => site.read("state/calls").trim().split("\n");

/** The weekend as the example has it, at another time: its hours are seconds, its hosts are on this machine. */
function adopt(port: number): void {
  const minute = (ms: number) => new Date(ms).toISOString().slice(0, 16);
  site.adopt("examples/erp-weekend/plan.yml", {
    "timezone: Europe/Berlin": "timezone: UTC",
    "from: 2027-03-05T18:00, to: 2027-03-07T12:00": `from: ${minute(Date.now() - 60_000)}, to: ${minute(Date.now() + 42 * 3_600_000)}`,
    "prepare: 3h": "prepare: 60s",
    "backup: 5h": "backup: 90s",
    "apply: 18h": "apply: 180s",
    "    verify: 3h": "    verify: 60s",
    "resume: 1h": "resume: 60s",
    "restore: 8h": "restore: 120s",
    "requires:\n  - { environment: staging, within: 14d } # the dress rehearsal, with a copy of the real data\n":
      "",
    "https://chat.example.com/api/channels/erp-weekend": `http://127.0.0.1:${port}/`,
    "https://erp.example.com/status": `http://127.0.0.1:${port}/`,
    "host: updates.vendor.example.com, port: 443": `host: 127.0.0.1, port: ${port}`,
    'host: "{host}", port: 22 }, below: 100ms': `host: "{host}", port: ${port} }, below: 5s`,
    "/erp/share": "state/share",
    "  ssh: { user: erp, key: env:SSH_KEY, known-hosts: inventory/known_hosts }\n": "  connect: local\n",
    "cat /erp/VERSION": 'cat "state/$TARGET_NAME"',
    ...Object.fromEntries(hosts.map((name, at) => [`${name}.example.com`, `127.0.5.${at + 1}`])),
    "bake: 10m": "bake: 500ms",
    "every: 10s": "every: 200ms",
    "stable: 1m": "stable: 400ms",
    "deadline: 10m": "deadline: 20s",
    "timeout: 30s }": "timeout: 10s }",
    "baseline: 30m": "baseline: 1s",
    "check: ledger, for: 1m": "check: ledger, for: 1s",
    "  before: 1h\n": "",
  });
}

/** Prometheus, the chat, the status page, and all else that is asked by http. */
async function startServer(): Promise<http.Server> {
  const made = http.createServer((request, response) => {
    const answer = { status: "success", data: { resultType: "scalar", result: [Date.now() / 1_000, "10"] } };
    const isQuery = request.url?.startsWith("/api/v1/query");
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(isQuery ? JSON.stringify(answer) : "{}");
  });
  await new Promise<void>((resolve) => made.listen(0, "0.0.0.0", resolve));
  return made;
}

function fillDatabase(): void {
  for (const name of ["erp", "spare"]) database.run(`drop database if exists ${name}`, "postgres");
  database.run("create database erp", "postgres");
  database.run("create table ledger (id int primary key, entry text)", "erp");
  database.run("insert into ledger select n, md5(n::text) from generate_series(1, 5000) n", "erp");
}

function openSite(port: number): void {
  const url = `http://127.0.0.1:${port}`;
  const webhooks = { TEAMS_WEBHOOK: `${url}/teams`, STATUS_PAGE_WEBHOOK: `${url}/status` };
  site = new Site({ ...database.env, ...webhooks, PROMETHEUS_URL: url });
  site.env.PATH = `${site.file("bin")}:${process.env.PATH}`;
  site.copy("test/e2e/props/erp", "props/erp");
  for (const [folder, programs] of Object.entries({
    ...PROGRAMS,
    ops: [...PROGRAMS.ops, "scan-alerts", "bench"],
  })) {
    mkdirSync(site.file(folder));
    for (const program of programs) symlinkSync("../props/erp", path.join(site.file(folder), program));
  }
  site.write("state/share/config/settings", "a = 1\n");
  for (const name of hosts) {
    site.write(`state/${name}`, "2026\n");
    site.write(`state/${name}.up`, "");
  }
  adopt(port);
  site.commit();
}

const options = { timeout: 240_000 };
describe.skipIf(!isComplete)("the ERP weekend, for real, its hours as seconds", options, () => {
  beforeAll(async () => {
    database = await Postgres.open();
    server = await startServer();
  });
  afterAll(async () => {
    server?.close();
    server?.closeAllConnections();
    await database?.close();
  });
  beforeEach(() => {
    fillDatabase();
    openSite((server.address() as AddressInfo).port);
  });
  afterEach(() => site?.remove());

  it("ends well: closed, backed up, upgraded server by server, tuned, verified, open again, within its budgets", async () => {
    const { code, log, result } = await site.run("2027", "--approved-by", "octocat");
    expect(code, log).toBe(0);
    expect(hosts.map((name) => site.read(`state/${name}`))).toEqual(hosts.map(() => "2027\n"));
    expect(result.backups.map(({ name, kept }) => [name, kept])).toEqual([
      ["system", true],
      ["database", true],
      ["configuration", true],
    ]);
    expect(result.budgets.map(({ verdict }) => verdict)).toEqual(result.budgets.map(() => "within"));
    const done = calls().filter((line) => /^(erp|monitoring|upgrade|tune|smoke|bench)\b/.test(line));
    expect(done).toEqual([
      "erp close",
      "erp read-only-copy on",
      "monitoring every 10s",
      ...hosts.map(() => "upgrade --to 2027"),
      "tune statistics",
      "tune caches",
      ...["login", "order-to-invoice", "month-end", "interfaces"].map((what) => `smoke ${what}`),
      "bench ",
      "monitoring every 60s",
      "erp read-only-copy off",
      "erp open",
    ]);
    tell(
      `ERP weekend: ${Math.round(result.times.tookMs / 1_000)} s; ${result.budgets.map(({ verdict }) => verdict).join(", ")}`,
    );
  });

  it("is undone from its last server on when the ledger loses entries, its data restored, and open again", async () => {
    const before = ledger();
    const { log, result } = await site.run("2028", "--approved-by", "octocat");
    expect(result, log).toMatchObject({ outcome: "rolled-back", trigger: { name: "data loss" } });
    expect(ledger() === before).toBe(true);
    expect(hosts.map((name) => site.read(`state/${name}`))).toEqual(hosts.map(() => "2026\n"));
    expect(result.rollback?.budgets.find(({ phase }) => phase === "restore")?.verdict).toBe("within");
    expect(
      calls()
        .filter((line) => line.startsWith("erp "))
        .at(-1),
    ).toBe("erp open");
  });
});
