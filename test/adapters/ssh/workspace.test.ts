import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { openWorkspace } from "../../../src/adapters/ssh/workspace.ts";
import { ChangeError } from "../../../src/errors.ts";
import { folder } from "./local-links.ts";

const knownHostsFile = path.join(folder, "known_hosts");
writeFileSync(knownHostsFile, "web-1 ssh-ed25519 AAAA\n");
const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

describe("the ssh client's workspace", () => {
  it("is private, like the key in it, and goes with everything", () => {
    const workspace = openWorkspace({ keyText: "KEY", knownHostsFile });
    expect(modeOf(workspace.folder)).toBe("700");
    for (const name of readdirSync(workspace.folder)) {
      expect([name, modeOf(path.join(workspace.folder, name))]).toEqual([name, "600"]);
    }
    workspace.remove();
    expect(existsSync(workspace.folder)).toBe(false);
  });

  it.each(["KEY\nTEXT", "KEY\r\nTEXT\r\n", "\n KEY\nTEXT\n\n"])(
    "holds the key %j as OpenSSH wants it",
    (keyText) => {
      const workspace = openWorkspace({ keyText, knownHostsFile });
      expect(readFileSync(path.join(workspace.folder, "key"), "utf8")).toBe("KEY\nTEXT\n");
      workspace.remove();
    },
  );

  it("is not opened without the known hosts", () => {
    const open = () => openWorkspace({ keyText: "KEY", knownHostsFile: path.join(folder, "nowhere") });
    expect(open).toThrow(ChangeError);
    expect(open).toThrow(/known hosts .*nowhere could not be read/);
  });
});
