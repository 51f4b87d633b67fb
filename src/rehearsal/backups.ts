import type { BackupFiles } from "../ports.ts";
import type { Faults } from "./faults.ts";
import type { Life } from "./life.ts";
import type { Disk, Machine } from "./machine.ts";
import type { Meaning } from "./meaning.ts";
import type { Random } from "./random.ts";

type BackupPart = Extract<Meaning, { kind: "backup" }>;

/** Backups on runners' disks and off them. A content that begins with `good` can be restored. */
export class Backups {
  readonly #chance: Readonly<{ faults: Faults; random: Random }>;
  /** Off the machine, by name. */
  readonly #kept = new Map<string, string>();
  #made = 0;
  /** Those made before are of data that others have changed since. */
  #outdated = 0;

  constructor(chance: Readonly<{ faults: Faults; random: Random }>) {
    this.#chance = chance;
  }

  /** What the command prints; null: it failed. */
  carryOut({ what, name }: BackupPart, file: string, disk: Disk): string | null {
    const { faults, random } = this.#chance;
    switch (what) {
      case "run":
        if (random.chance(faults.backup)) return null;
        disk.files.set(file, random.chance(faults.backup) ? `bad ${name}` : `good ${name} ${this.#made++}`);
        return "";
      case "verify":
        return isGood(disk.files.get(file)) ? "" : null;
      case "keep":
        if (random.chance(faults.backup)) return null;
        this.#kept.set(name, disk.files.get(file) ?? "");
        this.#rot(file, disk);
        return "";
      case "fetch":
        if (random.chance(faults.fetch) || !this.#kept.has(name)) return null;
        disk.files.set(file, this.#kept.get(name)!);
        this.#rot(file, disk);
        return "";
    }
  }

  outdateAll(): void {
    this.#outdated = this.#made;
  }

  /** Of data that others have changed since it was made. */
  isOutdated(content: string | undefined): boolean {
    return Number(content?.split(" ").at(-1)) < this.#outdated;
  }

  keptOf(name: string): string | undefined {
    return this.#kept.get(name);
  }

  rotAll(disk: Disk): void {
    for (const file of disk.files.keys()) this.#rot(file, disk);
  }

  /** Changes a file after it was verified, which only its hash tells. */
  #rot(file: string, disk: Disk): void {
    const { faults, random } = this.#chance;
    if (random.chance(faults.corrupt)) disk.files.set(file, `rotten ${disk.files.get(file)}`);
  }
}

export function isGood(content: string | undefined): boolean {
  return content?.startsWith("good") ?? false;
}

export function backupFiles(machine: Machine, life: Life): BackupFiles {
  return {
    place: (state, backup) => `/backups/${state.change.id}/${state.attempt}/${backup}`,
    hash: async (file) => {
      await life.pass(undefined);
      const content = machine.disk.files.get(file);
      const answer = content === undefined ? null : { sha256: hashOf(content), bytes: content.length };
      return life.pass(answer);
    },
  };
}

/** Stands for a hash: equal for equal contents only, as far as this world goes. */
export function hashOf(content: string): string {
  return [...content]
    .map((letter) => letter.charCodeAt(0).toString(16))
    .join("")
    .padEnd(64, "0")
    .slice(0, 64);
}
