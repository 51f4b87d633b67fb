import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

type Parser = typeof import("@actions/workflow-parser");

/**
 * GitHub's own workflow parser. It imports its schema as JSON without the attribute that Node asks for, so it
 * is bundled into one file first.
 */
export async function loadGitHubParser(): Promise<Parser> {
  const bundled = await rolldown({ input: "@actions/workflow-parser", platform: "node", logLevel: "silent" });
  const { output } = await bundled.generate({ format: "esm", codeSplitting: false });
  await bundled.close();
  const folder = path.resolve("node_modules/.cache/workflow-parser");
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `parser-${process.pid}.mjs`);
  writeFileSync(file, output[0].code);
  return import(/* @vite-ignore */ pathToFileURL(file).href);
}
