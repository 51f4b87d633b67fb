import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { vi } from "vitest";
import { Site } from "./site.ts";
import { freePort, isThere, killAll, processesOf, type Sshd, startSshd } from "./sshd.ts";

const PROP = "test/e2e/props/shop";

export const missingForShop = (): string | null =>
  ["haproxy", "nginx", "wrk"].find((program) => !isThere(program)) ?? null;

/** Web servers on hosts of their own behind an sshd, HAProxy before them, and a repository with an example's plan. */
export type Shop = Readonly<{
  site: Site;
  sshd: Sshd;
  url: string;
  /** The file whose presence makes 3.0 sick there. */
  oldSettingsOf(address: string): string;
  /** What HAProxy has counted at its front: every answer, and everything that was none. */
  counters(): Promise<Counters>;
  ask(line: string): Promise<string>;
  /** HAProxy ends, and comes up as its configuration has it. */
  restart(): Promise<void>;
  close(): Promise<void>;
}>;
type Kind = "rolling" | "blue-green";
export type Counters = Readonly<{
  good: number;
  /** Answered with an error, or not at all: refused, broken off, or tried a second time. */
  lost: number;
}>;

export async function openShop(kind: Kind, addresses: readonly string[]): Promise<Shop> {
  const shopPort = await freePort();
  const sshd = await startSshd({ environment: { SHOP_PORT: String(shopPort) } });
  mkdirSync(path.join(sshd.home, "bin"));
  copyFileSync(PROP, path.join(sshd.home, "bin", "shop"));
  for (const address of addresses) shopAt(sshd, { address, shopPort }, "install", "1.0");

  const lbPort = await freePort();
  const url = `http://127.0.0.1:${lbPort}/`;
  const site = new Site({ SSH_KEY: sshd.keyText, SHOP_URL: url });
  Object.assign(site.env, { LB_SOCKET: site.file("state/lb"), LB_MAP: site.file("state/live.map") });
  site.write("state/live.map", "live blue\n");
  site.copy("examples/haproxy/ops", "ops");
  site.copy(sshd.knownHostsFile, "known_hosts");
  const env = {
    ...site.env,
    LB_ADDRESS: `127.0.0.1:${lbPort}`,
    SHOP_PORT: String(shopPort),
    PATH: process.env.PATH,
  };
  const startHaproxy = (): ChildProcess => {
    const child = spawn("haproxy", ["-db", "-f", `examples/haproxy/${kind}.cfg`], { env, stdio: "ignore" });
    process.once("exit", () => child.kill("SIGKILL"));
    return child;
  };
  let haproxy = startHaproxy();
  await vi.waitFor(() => fetch(url), { timeout: 20_000, interval: 50 });
  const ask = (line: string) => askSocket(site.file("state/lb"), line);
  adoptPlan(site, kind, { sshd, shopPort });
  return {
    site,
    sshd,
    url,
    async restart() {
      const gone = new Promise((resolve) => haproxy.once("exit", resolve));
      haproxy.kill("SIGKILL");
      await gone;
      haproxy = startHaproxy();
      await vi.waitFor(() => fetch(url), { timeout: 20_000, interval: 50 });
    },
    ask,
    oldSettingsOf: (address) => path.join(sshd.home, "hosts", address, "old-settings"),
    counters: async () => countersIn(await ask("show stat")),
    async close() {
      // The change first, which would start them again.
      site.remove();
      sshd.cutSessions();
      killAll(processesOf(sshd.home));
      haproxy.kill("SIGKILL");
      for (const address of addresses) shopAt(sshd, { address, shopPort }, "stop");
      sshd.stop();
    },
  };
}

function adoptPlan(site: Site, kind: Kind, { sshd, shopPort }: { sshd: Sshd; shopPort: number }): void {
  site.adopt(`examples/haproxy/${kind}.yml`, {
    "port: 22": `port: ${sshd.port}`,
    "user: deploy": `user: ${sshd.user}`,
    ":8080/": `:${shopPort}/`,
    "every: 1s": "every: 200ms",
    "stable: 5s": "stable: 500ms",
    "deadline: 30s": "deadline: 10s",
    ...(kind === "rolling"
      ? { "bake: 30s": "bake: 500ms" }
      : { "bake: 5m": "bake: 3s", "keep: 1h": "keep: 1s" }),
  });
  site.commit();
}

export function makeSick(shop: Shop, address: string): void {
  writeFileSync(shop.oldSettingsOf(address), "");
}

function shopAt(sshd: Sshd, at: { address: string; shopPort: number }, ...words: string[]): void {
  if (!existsSync(sshd.home)) return;
  const env = { ...process.env, HOME: sshd.home, SHOP_ADDRESS: at.address, SHOP_PORT: String(at.shopPort) };
  execFileSync(path.join(sshd.home, "bin", "shop"), words, { env, stdio: "ignore" });
}

function askSocket(file: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const socket = net
      .connect(file)
      .setEncoding("utf8")
      .setTimeout(10_000, () => socket.destroy());
    socket.on("data", (text) => {
      said += text;
    });
    socket.once("error", reject).once("close", () => resolve(said));
    socket.end(`${line}\n`);
  });
}

/** A client that leaves in the middle of a request, as the load does at its end, is no failure of ours: 4xx. */
function countersIn(text: string): Counters {
  const [head = "", ...lines] = text.replace(/^# /, "").trim().split("\n");
  const names = head.split(",");
  const read = (row: string, name: string) => {
    const values = lines.find((line) => line.startsWith(`${row},`))?.split(",") ?? [];
    return Number(values[names.indexOf(name)] || 0);
  };
  const failures = [
    ...["hrsp_5xx", "hrsp_other"].map((name) => read("shop,FRONTEND", name)),
    ...["shop,BACKEND", "blue,BACKEND", "green,BACKEND"].flatMap((row) =>
      ["econ", "eresp", "wretr", "wredis", "srv_abrt"].map((name) => read(row, name)),
    ),
  ];
  return {
    good: read("shop,FRONTEND", "hrsp_2xx"),
    lost: failures.reduce((sum, count) => sum + count, 0),
  };
}

/** The pages that its visitors see now. */
export async function pagesOf(shop: Shop): Promise<Set<string>> {
  const answers = Array.from({ length: 40 }, async () => (await fetch(shop.url)).text());
  return new Set((await Promise.all(answers)).map((page) => page.trim()));
}
