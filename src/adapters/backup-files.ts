import { createHash } from "node:crypto";
import { createReadStream, mkdirSync } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import type { BackupFiles } from "../ports.ts";

/** Backups in a folder of this machine that only its own user can read, one file for each attempt and name. */
export function backupFiles(folder: string): BackupFiles {
  return {
    place({ attempt }, backup) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return path.join(folder, `${attempt}-${backup}`);
    },
    async hash(file, signal) {
      const size = await stat(file).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      );
      if (size === 0) return null;
      const sha = createHash("sha256");
      let bytes = 0;
      try {
        for await (const chunk of createReadStream(file, { signal })) {
          sha.update(chunk as Buffer);
          bytes += (chunk as Buffer).length;
        }
      } catch {
        // Unreadable is as good as missing; a cancelled one is not asked about any more.
        return null;
      }
      return { sha256: sha.digest("hex"), bytes };
    },
  };
}
