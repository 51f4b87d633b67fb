import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ChangeError } from "../errors.ts";

/** From `dist/cli.js` one folder up, from `src/demo/` two. */
const UPWARD = ["..", "../.."];

/**
 * The folder of the demo's plans and scripts. The program's own path comes first: a bundler may have
 * fixed `import.meta.url` at the place where it was built.
 */
export function findExamples(program = process.argv[1]): string {
  const origins = [program === undefined ? null : realpathIfAny(program), fileURLToPath(import.meta.url)];
  for (const origin of origins) {
    for (const upward of origin === null ? [] : UPWARD) {
      const folder = path.resolve(path.dirname(origin ?? ""), upward, "examples", "demo");
      if (existsSync(path.join(folder, "service.mjs"))) return folder;
    }
  }
  throw new ChangeError("INPUT_INVALID", "The demo's files are not beside the program.", {
    hint: "Run it from a checkout of change-deploy: the folder `examples` must be next to `dist`.",
  });
}

/** `npx` and `bin` start the program through a link. */
function realpathIfAny(file: string): string | null {
  return existsSync(file) ? realpathSync(file) : null;
}
