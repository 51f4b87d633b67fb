import { execFileSync } from "node:child_process";
import { hostname, userInfo } from "node:os";

const GIT_MS_MAX = 10_000;

/** Who acts: by git's word, as everywhere else in the repository, or this machine's account. */
export function findActor(cwd: string): string {
  try {
    const email = execFileSync("git", ["config", "user.email"], {
      cwd,
      encoding: "utf8",
      timeout: GIT_MS_MAX,
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
    if (email !== "") return email;
  } catch {
    // No git, or no address: the account's name says it too.
  }
  return `${userInfo().username}@${hostname()}`;
}
