import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Site } from "./site.ts";
import type { Sshd } from "./sshd.ts";

export const FAULTY_ID = "CHG-FAULTY";
export const HOSTS = ["h1", "h2", "h3"];

/** Three hosts behind one sshd, and a change of them in which something goes wrong. */
export class Faulty {
  readonly site: Site;
  readonly #home: string;

  constructor(sshd: Sshd, replaced: Readonly<Record<string, string>> = {}) {
    this.#home = sshd.home;
    for (const name of ["bin", "versions"]) mkdirSync(this.file(name), { recursive: true });
    for (const name of HOSTS) writeFileSync(this.file(`versions/${name}`), "1.0\n");
    this.step("");
    this.site = new Site({ SSH_KEY: sshd.keyText });
    this.site.copy(sshd.knownHostsFile, "known_hosts");
    const place = { "port: 22": `port: ${sshd.port}`, "user: deploy": `user: ${sshd.user}` };
    this.site.adopt("test/e2e/plans/faulty.yml", { ...place, ...replaced });
    this.site.commit();
  }

  /** In the home that all hosts share. */
  file(name: string): string {
    return path.join(this.#home, name);
  }

  /** What the step does on h2 once it has left its mark; on the others nothing more happens. */
  step(fault: string): void {
    const text = [
      "#!/bin/sh",
      "set -eu",
      'echo "$CHANGE_VERSION" >~/versions/$TARGET_NAME',
      'echo "$TARGET_NAME" >>~/effects',
      '[ "$TARGET_NAME" = h2 ] || exit 0',
      'echo "$SSH_CONNECTION $$" >~/connection',
      fault,
      "",
    ];
    writeFileSync(this.file("bin/step"), text.join("\n"), { mode: 0o755 });
  }

  read(name: string): string {
    return existsSync(this.file(name)) ? readFileSync(this.file(name), "utf8") : "";
  }

  /** The hosts on which the step took effect, as often as it did. */
  effects(): string[] {
    return this.read("effects").split("\n").filter(Boolean).sort();
  }

  versions(): string[] {
    return HOSTS.map((name) => this.read(`versions/${name}`).trim());
  }
}
