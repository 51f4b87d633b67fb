import { describe, expect, it } from "vitest";
import { BOOTSTRAP, sshArguments } from "../../../src/adapters/ssh/ssh-arguments.ts";

const client = (host: string) =>
  sshArguments(host, { user: "deploy", port: 2222 }, { socket: "c7", isMaster: false });

describe("the ssh client's command line", () => {
  it("trusts the plan's host keys alone, offers the plan's key alone, and asks nobody", () => {
    const line = client("web-1").join(" ");
    expect(line).toMatch(/^-F \/dev\/null -T -a -x /);
    for (const option of [
      "StrictHostKeyChecking=yes",
      "UserKnownHostsFile=known-hosts",
      "GlobalKnownHostsFile=/dev/null",
      "UpdateHostKeys=no",
      "IdentitiesOnly=yes",
      "IdentityAgent=none",
      "BatchMode=yes",
      "ForwardAgent=no",
      "ControlMaster=no",
      "ControlPath=c7",
      "ControlPersist=no",
    ]) {
      expect(line).toContain(`-o ${option} `);
    }
  });

  it("finds a dead peer within 30 seconds", () => {
    const numberOf = (name: string) =>
      Number(new RegExp(` ${name}=(\\d+) `).exec(client("web-1").join(" "))?.[1]);
    expect(numberOf("ConnectTimeout")).toBeLessThan(30);
    expect(numberOf("ServerAliveInterval") * (numberOf("ServerAliveCountMax") + 1)).toBeLessThan(30);
  });

  it("takes no host for an option, and carries nothing of a command", () => {
    expect(client("-oProxyCommand=x").slice(-3)).toEqual(["--", "-oProxyCommand=x", BOOTSTRAP]);
    expect(client("fe80::1").slice(-7, -1)).toEqual(["-p", "2222", "-l", "deploy", "--", "fe80::1"]);
  });
});
