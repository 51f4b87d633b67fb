import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isHere } from "./needs.ts";
import { type Running, Site, tell } from "./site.ts";
import { missingForSsh, type Sshd, startSshd } from "./sshd.ts";

const isComplete = isHere("200 hosts by ssh", missingForSsh());
const ID = "CHG-FLEET";
const names = Array.from({ length: 200 }, (_, at) => `h${String(at + 1).padStart(3, "0")}`);

let sshd: Sshd;
let site: Site;

const file = (name: string) => path.join(sshd.home, name);
const effects = () =>
  existsSync(file("effects")) ? readFileSync(file("effects"), "utf8").trim().split("\n") : [];

async function killAt(running: Running, count: number): Promise<void> {
  await vi.waitFor(() => expect(effects().length).toBeGreaterThan(count), { timeout: 120_000, interval: 20 });
  running.child.kill("SIGKILL");
  expect((await running.ended).signal).toBe("SIGKILL");
}

describe.skipIf(!isComplete)("a change of 200 hosts by ssh", { timeout: 240_000 }, () => {
  beforeEach(async () => {
    sshd = await startSshd();
    mkdirSync(file("bin"));
    mkdirSync(file("was-cut"));
    copyFileSync("test/e2e/props/fleet", file("bin/fleet"));
    // The tenth of every batch of twenty.
    writeFileSync(
      file("cut"),
      names
        .filter((_, at) => at % 20 === 9)
        .map((name) => `${name}\n`)
        .join(""),
    );
    site = new Site({ SSH_KEY: sshd.keyText });
    site.copy(sshd.knownHostsFile, "known_hosts");
    site.adopt("test/e2e/plans/fleet.yml", {
      "port: 22": `port: ${sshd.port}`,
      "user: deploy": `user: ${sshd.user}`,
    });
    site.commit();
  });
  afterEach(() => {
    site?.remove();
    sshd?.stop();
  });

  it("ends right though each batch loses a connection and the runner is killed twice: every step ran once", async () => {
    await killAt(site.start("run", "plan.yml", "--to", "2.0"), 230);
    await killAt(site.start("resume", ID), 510);
    const { code, log, result } = await site.start("resume", ID).ended;
    expect(code, log).toBe(0);
    expect(result.counts).toMatchObject({ updated: 200 });
    expect(names.filter((name) => readFileSync(file(`versions/${name}`), "utf8") !== "2.0\n")).toEqual([]);

    const once = names.flatMap((name) =>
      ["install started", "install finished", "restart started", "restart finished"].map(
        (what) => `${name} ${what}`,
      ),
    );
    expect(effects().sort()).toEqual(once.sort());
    expect(readdirSync(file("was-cut"))).toHaveLength(10);

    const finished = (await site.events(ID)).flatMap((event) =>
      event.kind === "step-finished" && event.scope === "each" ? [`${event.target}/${event.step}`] : [],
    );
    expect(finished.sort()).toEqual(names.flatMap((name) => [`${name}/0`, `${name}/1`]).sort());
    // Nothing is in doubt any more, so no receipt is left; only the environment's newest token is.
    const left = readdirSync(file(".change-deploy"), { recursive: true, encoding: "utf8" });
    expect(left.filter((name) => !/^environment-\w+(\/\d+)?$/.test(name))).toEqual([]);
    tell(`200 hosts: ${finished.length} steps, each once; 10 connections cut, the runner killed twice`);
  });
});
