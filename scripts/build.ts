import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type OutputChunk, rolldown } from "rolldown";
import { writeSchema } from "./schema.ts";

const ENTRIES = ["index", "post", "cli"] as const;
const SHEBANG = "#!/usr/bin/env node\n";

/** Each entry becomes one self-contained module in dist/, with the licences of what is in it. */
async function build(): Promise<void> {
  const chunks = await Promise.all(ENTRIES.map(bundle));
  rmSync("dist", { recursive: true, force: true });
  mkdirSync("dist");
  for (const { name, code } of chunks) writeFileSync(`dist/${name}.js`, withShebang(name, code));
  chmodSync("dist/cli.js", 0o755);
  // Says that the bundles are modules wherever the folder is copied to.
  writeFileSync("dist/package.json", `${JSON.stringify({ type: "module" })}\n`);
  writeSchema("dist/change-plan.schema.json");
  const modules = chunks.flatMap((chunk) => chunk.moduleIds);
  writeFileSync("dist/licenses.txt", renderLicenses(modules));
}

/** One file, or no build: a second chunk or a path of this machine must not slip through. */
async function bundle(entry: string): Promise<OutputChunk> {
  const bundled = await rolldown({
    input: `src/${entry}.ts`,
    platform: "node",
    transform: { target: "node20" },
  });
  const { output } = await bundled.generate({ format: "esm", minify: true, codeSplitting: false });
  await bundled.close();
  const [chunk, ...extra] = output;
  if (extra.length > 0)
    throw new Error(`${entry} has more than one file: ${extra.map((one) => one.fileName)}`);
  if (chunk.code.includes(process.cwd())) throw new Error(`${entry} names the folder that it was built in`);
  return chunk;
}

function withShebang(name: string, code: string): string {
  return name === "cli" && !code.startsWith("#!") ? SHEBANG + code : code;
}

function renderLicenses(modules: readonly string[]): string {
  const folders = new Set(modules.flatMap((id) => packageFolderOf(id) ?? []));
  return [...folders].sort().map(renderLicense).join("\n");
}

/** The package that a bundled module comes from; null for our own. */
function packageFolderOf(id: string): string | null {
  const match = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replaceAll(path.sep, "/"));
  return match === null ? null : match[0];
}

function renderLicense(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? "" : `\n${readFileSync(path.join(folder, file), "utf8").trim()}\n`;
  return `# ${name} ${version} (${license})\n${text}`;
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

await build();
if (process.argv.includes("--check")) assertCommitted();
