import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { IssueDraft, IssueStore } from "../ports.ts";

/** What a change's id and environment may hold goes into a file's name as it is; anything else as %XX. */
const PLAIN = /^[A-Za-z0-9._%-]$/;
const NAME_BYTES_MAX = 200;

/**
 * The issue as a file, for changes run from the command line: one file per marker, replaced whole, so
 * that a reader never sees half of it. The folder hides itself from git.
 */
export function issueFiles(folder: string): IssueStore {
  return {
    async publish(draft) {
      const file = fileOf(folder, draft.marker);
      await prepare(folder);
      await replace(file, renderFile(draft));
      return { url: file };
    },
    async closeBySuccess(marker, comment) {
      const file = fileOf(folder, marker);
      const text = await readFile(file, "utf8").catch(() => null);
      if (text === null || text.includes(comment)) return;
      const [title = "", ...rest] = text.split("\n");
      await replace(file, [`${title} (closed)`, "", `**Closed.** ${comment}`, ...rest].join("\n"));
    },
  };
}

function renderFile({ title, body, labels }: IssueDraft): string {
  return `# ${title}\n\nLabels: ${labels.join(", ")}\n\n${body}\n`;
}

function fileOf(folder: string, marker: string): string {
  const subject = marker.replace(/^<!-- change-deploy: | -->$/g, "");
  const safe = Array.from(subject, (char) => (PLAIN.test(char) ? char : encode(char))).join("");
  return path.join(folder, `${safe.slice(0, NAME_BYTES_MAX)}.md`);
}

/** The slash between environment and id is for reading; `--` keeps it apart from both. */
function encode(char: string): string {
  if (char === "/") return "--";
  return [...Buffer.from(char)]
    .map((byte) => `%${byte.toString(16).padStart(2, "0").toUpperCase()}`)
    .join("");
}

async function prepare(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(path.dirname(folder), ".gitignore"), "*\n");
}

async function replace(file: string, text: string): Promise<void> {
  const next = `${file}.next`;
  await writeFile(next, text);
  await rename(next, file);
}
