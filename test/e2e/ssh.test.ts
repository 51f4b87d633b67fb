import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { isHere } from "./needs.ts";
import { call, commandsTo, never, targetAt } from "./setup.ts";
import { childrenOf, freePort, missingForSsh, type Sshd, startSshd } from "./sshd.ts";

const isComplete = isHere("ssh", missingForSsh());

let sshd: Sshd;
let opened: ReturnType<typeof commandsTo>["commands"][] = [];
const open = (more: Parameters<typeof commandsTo>[1] = {}, to: Sshd = sshd) => {
  const made = commandsTo(to, more);
  opened.push(made.commands);
  return made;
};
const workspaces = () => readdirSync(os.tmpdir()).filter((name) => name.startsWith("change-deploy-ssh-"));
const before = new Set(workspaces());

describe.skipIf(!isComplete)("commands over ssh", () => {
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterEach(async () => {
    await Promise.all(opened.map((commands) => commands.endAll()));
    opened = [];
    expect(workspaces().filter((name) => !before.has(name))).toEqual([]);
    await vi.waitFor(() => expect(childrenOf(sshd.pid)).toEqual([]), { timeout: 5_000 });
  });
  afterAll(() => sshd?.stop());

  it("share one connection: step, check and undo", async () => {
    const { commands, lines } = open();
    const script = 'printf %s "$A"; echo "$SSH_CONNECTION" >&2; exit 3';
    const results = [];
    for (const id of [randomUUID(), null, randomUUID()]) {
      results.push(await commands.run(call(script, { id, env: { A: "a'b\n" } }), never));
    }
    for (const { ending, stdout } of results) {
      expect(ending).toEqual({ kind: "exited", code: 3 });
      expect(stdout).toBe("a'b");
    }
    // The connection's four numbers, the client's port among them, are those of the first.
    expect(new Set(lines.filter((line) => line.includes(String(sshd.port)))).size).toBe(1);
  });

  it("take a key whose last newline is missing, or that came with other line ends", async () => {
    for (const keyText of [sshd.keyText.trimEnd(), sshd.keyText.replaceAll("\n", "\r\n")]) {
      const { commands } = open({ keyText });
      expect((await commands.run(call("true"), never)).ending).toEqual({ kind: "exited", code: 0 });
    }
  });

  it("leave a target with an unknown or changed host key untouched, and say why", async () => {
    const other = await startSshd();
    const [changed, unknown] = ["changed", "unknown"].map((name) => path.join(other.folder, name));
    const otherKey = readFileSync(path.join(other.folder, "host.pub"), "utf8");
    writeFileSync(changed!, `[127.0.1.1]:${sshd.port} ${otherKey}`);
    writeFileSync(unknown!, "");
    const id = randomUUID();
    const run = async (knownHostsFile: string) =>
      (await open({ knownHostsFile }).commands.run(call("echo x > ~/touched", { id }), never)).ending;
    expect(await run(changed!)).toMatchObject({
      kind: "not-started",
      reason: expect.stringMatching(
        /^the host's key is not the known one: .*Host key verification failed\.$/,
      ),
    });
    expect(await run(unknown!)).toMatchObject({
      kind: "not-started",
      reason: expect.stringContaining("Host key verification failed."),
    });
    expect(existsSync(path.join(sshd.home, "touched"))).toBe(false);
    // Nothing is learnt either.
    expect(readFileSync(unknown!, "utf8")).toBe("");
    other.stop();
  });

  it("know hashed hosts, and hosts by their certificate authority", async () => {
    const file = (name: string) => path.join(sshd.folder, name);
    const hostKey = readFileSync(file("host.pub"), "utf8");
    writeFileSync(file("hashed"), `[127.0.1.1]:${sshd.port} ${hostKey}`);
    execFileSync("ssh-keygen", ["-q", "-H", "-f", file("hashed")], { stdio: "ignore" });
    expect(readFileSync(file("hashed"), "utf8")).toMatch(/^\|1\|/);
    const hashed = open({ knownHostsFile: file("hashed") }).commands;
    expect((await hashed.run(call("true"), never)).ending).toEqual({ kind: "exited", code: 0 });
    expect((await hashed.run(call("true", { target: targetAt(2) }), never)).ending.kind).toBe("not-started");

    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file("ca")]);
    const sign = ["-q", "-s", file("ca"), "-I", "web", "-h", "-n", "127.0.1.1", file("host.pub")];
    execFileSync("ssh-keygen", sign);
    const certified = await startSshd({
      extra: [`HostKey ${file("host")}`, `HostCertificate ${file("host-cert.pub")}`],
    });
    writeFileSync(file("authority"), `@cert-authority * ${readFileSync(file("ca.pub"), "utf8")}`);
    const { commands } = open({ knownHostsFile: file("authority") }, certified);
    expect((await commands.run(call("true"), never)).ending).toEqual({ kind: "exited", code: 0 });
    await commands.endAll();
    certified.stop();
  });

  it("keep what a login profile prints out of the output", async () => {
    const noise = 'echo noise; echo more >&2; printf partial; exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"';
    const noisy = await startSshd({ forceCommand: noise });
    const { commands, lines } = open({}, noisy);
    const result = await commands.run(call("echo one", { id: randomUUID() }), never);
    expect(result).toMatchObject({ ending: { kind: "exited", code: 0 }, stdout: "one", tail: "one" });
    expect(lines).toEqual(["web-1: one"]);
    await commands.endAll();
    noisy.stop();
  });

  it.each([
    [
      "has no /bin/sh",
      "echo 'no such file: /bin/sh' >&2; exit 127",
      /did not begin \/bin\/sh: .*no such file.*127/,
    ],
    ["is for nobody", "echo 'This account is not available'; exit 1", /did not begin \/bin\/sh: .*exit 1/],
  ])("are not started on a target that %s", async (_, forceCommand, reason) => {
    const bare = await startSshd({ forceCommand });
    const { commands } = open({}, bare);
    const { ending } = await commands.run(call("echo one", { id: randomUUID() }), never);
    expect(ending).toMatchObject({ kind: "not-started", reason: expect.stringMatching(reason) });
    bare.stop();
  });

  it.each(["csh", "fish", "dash", "bash"])("run from a login shell that is %s", async (shell) => {
    try {
      execFileSync(shell, ["-c", "true"]);
    } catch {
      return void process.stdout.write(`a login shell that is ${shell} is not tested: it is not here\n`);
    }
    const other = await startSshd({ forceCommand: `exec ${shell} -c "$SSH_ORIGINAL_COMMAND"` });
    const { commands } = open({}, other);
    const result = await commands.run(call('echo "$A"', { id: randomUUID(), env: { A: "b!c" } }), never);
    expect(result).toMatchObject({ ending: { kind: "exited", code: 0 }, stdout: "b!c" });
    await commands.endAll();
    other.stop();
  });

  it("reach a target that allows one session to a connection", async () => {
    const strict = await startSshd({ extra: ["MaxSessions 1"] });
    const { commands, lines } = open({}, strict);
    const result = await commands.run(call("echo one", { id: randomUUID() }), never);
    expect(result).toMatchObject({ ending: { kind: "exited", code: 0 }, tail: "one" });
    expect(lines).toEqual(["web-1: one"]);
    await commands.endAll();
    strict.stop();
  });

  it("give up on a server that accepts and says nothing, by the connect timeout", async () => {
    const sockets: net.Socket[] = [];
    const server = net.createServer((socket) => void sockets.push(socket.on("error", () => {})));
    await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
    const port = (server.address() as net.AddressInfo).port;
    const { ending, ms } = await open({ port }).commands.run(call("true", { timeoutMs: 60_000 }), never);
    expect(ending).toMatchObject({ kind: "not-started", reason: expect.stringMatching(/timed? ?out/i) });
    expect(ms).toBeLessThan(30_000);
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it("say in ssh's words why there is no connection", async () => {
    const port = await freePort();
    const refused = await open({ port }).commands.run(call("true"), never);
    expect(refused.ending).toMatchObject({ kind: "not-started", reason: expect.stringContaining("refused") });
    const { keyText } = sshd;
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path.join(sshd.folder, "stranger")]);
    const stranger = readFileSync(path.join(sshd.folder, "stranger"), "utf8");
    expect(stranger).not.toBe(keyText);
    const denied = await open({ keyText: stranger }).commands.run(call("true"), never);
    expect(denied.ending).toMatchObject({ reason: expect.stringContaining("Permission denied") });
  });

  it("find by the receipt what became of a step whose connection was killed", async () => {
    const { commands, lines } = open();
    const mark = path.join(sshd.home, "ran");
    const script = `echo started; echo x >>'${mark}'; sleep 2; echo output nobody reads; exit 4`;
    const running = commands.run(call(script, { id: randomUUID() }), never);
    await vi.waitFor(() => expect(lines).toContain("web-1: started"), { timeout: 10_000 });
    sshd.cutSessions();
    expect(await running).toMatchObject({ ending: { kind: "exited", code: 4 } });
    expect(readFileSync(mark, "utf8")).toBe("x\n");
  });

  it("say that a read-only command is lost, when its connection is killed", async () => {
    const { commands, lines } = open();
    const running = commands.run(call("echo started; sleep 60"), never);
    await vi.waitFor(() => expect(lines).toContain("web-1: started"), { timeout: 10_000 });
    sshd.cutSessions();
    expect((await running).ending).toMatchObject({ kind: "lost" });
  });

  it("refuse a run whose fencing token is stale", async () => {
    const [old, young] = [open({ fencingToken: 7 }).commands, open({ fencingToken: 12 }).commands];
    const run = async (commands: typeof old) =>
      (await commands.run(call("true", { id: randomUUID() }), never)).ending;
    expect(await run(old)).toEqual({ kind: "exited", code: 0 });
    expect(await run(young)).toEqual({ kind: "exited", code: 0 });
    expect(await run(old)).toEqual({
      kind: "not-started",
      reason: "a newer run (fencing token 12) has taken this environment over from ours (7)",
    });
  });

  it("remove the change's receipts at its end, and leave the environment's token alone", async () => {
    const { commands } = open({ changeKey: "CHG-2", fencingToken: 20 });
    await commands.run(call("true", { id: randomUUID() }), never);
    expect(await commands.cleanUp([targetAt(1), targetAt(1)], never)).toEqual([]);
    await open({ changeKey: "CHG-1", fencingToken: 20 }).commands.cleanUp([targetAt(1)], never);
    const left = readdirSync(path.join(sshd.home, ".change-deploy"), { recursive: true, encoding: "utf8" });
    expect(left.sort()).toEqual([expect.stringMatching(/^environment-\w+$/), expect.stringMatching(/\/20$/)]);
  });
});
