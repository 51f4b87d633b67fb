import { execFileSync, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { FAULTY_ID, Faulty } from "./faulty.ts";
import { isHere } from "./needs.ts";
import { tell } from "./site.ts";
import { killAll, missingForSsh, processesOf, type Sshd, type SshdOptions, startSshd } from "./sshd.ts";

const isComplete = isHere("faults on purpose", missingForSsh());
const canMount = isHere("faults that need a mount of their own", missingForMount());

let sshd: Sshd;
let faulty: Faulty;

async function open(
  options: SshdOptions = {},
  replaced: Readonly<Record<string, string>> = {},
): Promise<void> {
  sshd = await startSshd(options);
  faulty = new Faulty(sshd, replaced);
}

/** A mount that only this sshd and its sessions see. */
const privately = (mount: string) => ({
  within: ["unshare", "--mount", "--propagation", "private", "sh", "-c", `${mount} && exec "$@"`, "sh"],
});

describe.skipIf(!isComplete)("a change to which something happens", { timeout: 120_000 }, () => {
  const bootFolder = mkdtempSync(path.join(os.tmpdir(), "boot-"));
  afterEach(() => {
    faulty?.site.remove();
    sshd?.stop();
  });
  afterAll(() => rmSync(bootFolder, { recursive: true }));

  it("ends well past a step that daemonises, and past a profile that prints", async () => {
    await open();
    writeFileSync(faulty.file(".bashrc"), "echo 'Welcome! 9.9'; echo 'Mind the gap' >&2\n");
    faulty.step("sleep 301 & echo $! >~/daemon");
    const { code, log } = await faulty.site.run("2.0");
    process.kill(Number(faulty.read("daemon")), "SIGKILL");
    expect(code, log).toBe(0);
    expect(faulty.effects()).toEqual(["h1", "h2", "h3"]);
    const events = await faulty.site.events(FAULTY_ID);
    const recorded = events.flatMap((event) => (event.kind === "version-recorded" ? [event.version] : []));
    expect(recorded).toEqual(["1.0", "1.0", "1.0"]);
  });

  it("leaves a host alone whose key has changed, and takes back nobody's work", async () => {
    await open();
    const folder = mkdtempSync(path.join(os.tmpdir(), "key-"));
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path.join(folder, "other")]);
    const stranger = readFileSync(path.join(folder, "other.pub"), "utf8");
    rmSync(folder, { recursive: true });
    const [known = ""] = faulty.site.read("known_hosts").split(" ").slice(1).join(" ").split("\n");
    const line = (host: number, key: string) => `[127.0.1.${host}]:${sshd.port} ${key.trim()}\n`;
    faulty.site.write("known_hosts", line(1, known) + line(2, stranger) + line(3, known));
    faulty.site.commit();
    const { log, result } = await faulty.site.run("2.0");
    expect(result.outcome, log).toBe("rejected");
    expect(log).toMatch(/h2: version could not be read: did not start: .*host key/i);
    expect(faulty.effects()).toEqual([]);
  });

  it("leaves everything alone when a host accepts and says nothing, within the connect timeout", async () => {
    await open({ listen: "127.0.1.1", extra: [] });
    const sockets: net.Socket[] = [];
    const server = net.createServer((socket) => void sockets.push(socket.on("error", () => {})));
    await new Promise<void>((resolve) => server.listen(sshd.port, "127.0.1.2", resolve));
    const startedMs = performance.now();
    const { log, result } = await faulty.site.run("2.0");
    for (const socket of sockets) socket.destroy();
    server.close();
    expect(result.outcome, log).toBe("rejected");
    expect(faulty.effects()).toEqual([]);
    tell(
      `an sshd that says nothing: given up after ${Math.round((performance.now() - startedMs) / 1_000)} s`,
    );
  });

  it.skipIf(!canMount)("leaves a host alone that has no /bin/sh", async () => {
    await open(privately('mount --bind /dev/null "$(readlink -f /bin/sh)"'));
    const { log, result } = await faulty.site.run("2.0");
    expect(result.outcome, log).toBe("rejected");
    expect(faulty.effects()).toEqual([]);
  });

  it.skipIf(!canMount)(
    "undoes a half-done step first when its host restarts in the middle of it, and then goes on",
    async () => {
      const boot = path.join(bootFolder, "id");
      writeFileSync(boot, `${randomUUID()}\n`);
      await open(privately(`mount --bind ${boot} /proc/sys/kernel/random/boot_id`));
      faulty.step("mkdir ~/slept 2>/dev/null || exit 0; sleep 300");
      const running = faulty.site.start("run", "plan.yml", "--to", "2.0");
      await vi.waitFor(() => expect(faulty.read("connection")).not.toBe(""), {
        timeout: 60_000,
        interval: 20,
      });
      // All that ran there is gone, and it comes up again as somebody else.
      const lost = processesOf(sshd.home);
      for (const pid of lost) process.kill(pid, "SIGSTOP");
      writeFileSync(boot, `${randomUUID()}\n`);
      sshd.cutSessions();
      killAll(lost);
      const { log, result } = await running.ended;
      expect(result.outcome, log).toBe("succeeded");
      const events = await faulty.site.events(FAULTY_ID);
      const ofHost = events.filter((event) => "run" in event && event.target === "h2");
      expect(ofHost.map((event) => "run" in event && `${event.direction} ${event.kind}`)).toEqual([
        "do step-started",
        "do step-interrupted",
        "undo step-started",
        "undo step-finished",
        "do step-started",
        "do step-finished",
      ]);
      expect(ofHost[1]).toMatchObject({ detail: expect.stringContaining("was restarted while it ran") });
      expect(faulty.effects()).toEqual(["h1", "h2", "h2", "h3"]);
    },
  );

  it.skipIf(!canMount)("names a host whose disk is full, and takes it back once there is room", async () => {
    await open();
    const disk = ["-t", "tmpfs", "-o", "size=128k", "tmpfs", faulty.file("")];
    expect(spawnSync("mount", disk).status).toBe(0);
    try {
      const { site } = faulty;
      faulty = new Faulty(sshd);
      site.remove();
      faulty.step("cat /dev/zero >~/filler");
      const { log, result } = await faulty.site.run("2.0");
      expect(result, log).toMatchObject({ outcome: "rollback-incomplete" });
      expect(result.byHand.map(({ target }) => target)).toContain("h2");
      expect(log).toContain("disk full?");
      rmSync(faulty.file("filler"));
      const again = await faulty.site.start("rollback", FAULTY_ID).ended;
      expect(again.result, again.log).toMatchObject({ outcome: "rolled-back" });
      expect(faulty.versions()).toEqual(["1.0", "1.0", "1.0"]);
    } finally {
      spawnSync("umount", ["-l", faulty.file("")]);
    }
  });
});

/** null where a mount can be made; otherwise what is missing. */
function missingForMount(): string | null {
  const tried = spawnSync("unshare", [
    "--mount",
    "--propagation",
    "private",
    "mount",
    "--bind",
    "/dev/null",
    "/dev/null",
  ]);
  return tried.status === 0 ? null : "the right to mount";
}
