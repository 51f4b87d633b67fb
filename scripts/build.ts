import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const ENTRIES = ["index", "cli"];
const SHEBANG = "#!/usr/bin/env node\n";

/** Two steps, because ncc 0.45 cannot read TypeScript 7 sources: tsc to build/, ncc from there to dist/. */
async function build(): Promise<void> {
  rmSync("build", { recursive: true, force: true });
  await run("tsc", ["-p", "tsconfig.build.json"]);
  await Promise.all(ENTRIES.map(bundle));

  rmSync("dist", { recursive: true, force: true });
  mkdirSync("dist");
  for (const entry of ENTRIES) writeFileSync(`dist/${entry}.js`, readBundle(entry));
  chmodSync("dist/cli.js", 0o755);
  // Says that the bundles are modules wherever the folder is copied to.
  writeFileSync("dist/package.json", `${JSON.stringify({ type: "module" })}\n`);
  writeFileSync("dist/licenses.txt", ENTRIES.map(readLicenses).join("\n"));
}

function bundle(entry: string): Promise<void> {
  const options = ["--minify", "--target", "es2022", "--no-cache", "--quiet", "--license", "licenses.txt"];
  return run("ncc", ["build", `build/${entry}.js`, "--out", `build/bundle-${entry}`, ...options]);
}

/** One self-contained file, or no build: a second chunk, an asset or a path of this machine must not slip through. */
function readBundle(entry: string): string {
  const folder = `build/bundle-${entry}`;
  const extra = readdirSync(folder).filter(
    (name) => !["index.js", "package.json", "licenses.txt"].includes(name),
  );
  if (extra.length > 0) throw new Error(`${folder} holds more than one file: ${extra.join(", ")}`);

  const text = readFileSync(path.join(folder, "index.js"), "utf8");
  if (text.includes(process.cwd()))
    throw new Error(`${folder}/index.js names the folder that it was built in`);
  if (entry !== "cli" || text.startsWith("#!")) return text;
  return SHEBANG + text;
}

function readLicenses(entry: string): string {
  return `# Bundled in ${entry}.js\n\n${readFileSync(`build/bundle-${entry}/licenses.txt`, "utf8").trimEnd()}\n`;
}

/** What ships is what was reviewed: the build of this source is the committed one, with no file more or less. */
function assertCommitted(): void {
  const options = ["--porcelain", "--untracked-files=all", "--ignored=matching"];
  const differences = execFileSync("git", ["status", ...options, "--", "dist"], { encoding: "utf8" });
  if (differences === "") return;
  throw new Error(
    `dist/ is not what this source builds; run \`npm run build\` and commit it:\n${differences}`,
  );
}

function run(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(path.join("node_modules", ".bin", program), args, { stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}`)),
    );
  });
}

try {
  await build();
  if (process.argv.includes("--check")) assertCommitted();
} catch (error) {
  // The compiler has said what is wrong; a stack of this file would only hide it.
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
