import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** Every file of the project as git sees it: tracked, or new and not ignored. Paths from the root, with slashes. */
export function listFiles(...patterns: readonly string[]): readonly string[] {
  const options = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const output = execFileSync("git", [...options, "--", ...patterns], {
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  return [...new Set(output.split("\0"))].filter((file) => file !== "" && existsSync(file)).sort();
}

/** What a TypeScript file imports: project files as paths from the root, everything else by its name. */
export function importsOf(file: string): readonly string[] {
  const text = readFileSync(file, "utf8");
  const statements = text.matchAll(
    /^\s*(?:import|export)\b[^;"']*?from\s*"([^"]+)"|\bimport\(\s*"([^"]+)"|^import\s+"([^"]+)"/gm,
  );
  const names = [...statements].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
  return names.map((name) => (name.startsWith(".") ? path.posix.join(path.posix.dirname(file), name) : name));
}
