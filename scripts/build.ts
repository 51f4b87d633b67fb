import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { type OutputAsset, type OutputChunk, rolldown } from "rolldown";
import { writeSchema } from "./schema.ts";

const ENTRIES = ["index", "post", "cli"] as const;
const SHEBANG = "#!/usr/bin/env node\n";

/**
 * Each entry becomes one module in dist/, and what entries share or load only when they need it becomes modules in
 * dist/chunks/; beside them the licences of what is in them.
 */
async function build(): Promise<void> {
  const chunks = await bundle();
  rmSync("dist", { recursive: true, force: true });
  mkdirSync("dist/chunks", { recursive: true });
  for (const { fileName, code } of chunks) writeFileSync(`dist/${fileName}`, withShebang(fileName, code));
  chmodSync("dist/cli.js", 0o755);
  // Says that the bundles are modules wherever the folder is copied to.
  writeFileSync("dist/package.json", `${JSON.stringify({ type: "module" })}\n`);
  writeSchema("dist/change-plan.schema.json");
  const modules = chunks.flatMap((chunk) => chunk.moduleIds);
  writeFileSync("dist/licenses.txt", renderLicenses(modules));
}

async function bundle(): Promise<readonly OutputChunk[]> {
  const bundled = await rolldown({
    input: Object.fromEntries(ENTRIES.map((name) => [name, `src/${name}.ts`])),
    platform: "node",
    transform: { target: "node20" },
  });
  const { output } = await bundled.generate({
    format: "esm",
    minify: true,
    // No hashes: a file keeps its name from one build to the next.
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name].js",
  });
  await bundled.close();
  return output.map((file) => checkSelfContained(file, output));
}

/** All that ships needs Node and nothing else, and says nothing about where it was built; or there is no build. */
function checkSelfContained(file: OutputChunk | OutputAsset, output: readonly { fileName: string }[]) {
  if (file.type !== "chunk") throw new Error(`${file.fileName} is no module`);
  const own = new Set(output.map(({ fileName }) => fileName));
  const foreign = [...file.imports, ...file.dynamicImports].filter(
    (name) => !own.has(name) && !isBuiltin(name),
  );
  if (foreign.length > 0) throw new Error(`${file.fileName} imports what does not ship: ${foreign}`);
  if (file.code.includes(process.cwd())) {
    throw new Error(`${file.fileName} names the folder that it was built in`);
  }
  return file;
}

function withShebang(fileName: string, code: string): string {
  return fileName === "cli.js" && !code.startsWith("#!") ? SHEBANG + code : code;
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
