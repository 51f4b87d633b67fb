import { createHash } from "node:crypto";

/** Git's name for a file's content, which is how GitHub names the files of a pull request. */
export function blobName(content: Uint8Array): string {
  return createHash("sha1").update(`blob ${content.byteLength}\0`).update(content).digest("hex");
}
