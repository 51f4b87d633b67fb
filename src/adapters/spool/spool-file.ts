import { constants } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";

const FILE_BYTES_MAX = 64 * 1024;

/** What somebody said from another process; `as` is the login under which they say that they stand in the team. */
export const ToldCommand = z.strictObject({
  format: z.literal(1),
  id: z.uuid(),
  atMs: z.int(),
  command: z.enum(["continue", "hold", "rollback", "abort"]),
  by: z.string().min(1).max(300),
  as: z.string().min(1).max(100).nullable(),
  restore: z.array(z.string().min(1).max(100)).max(50),
});
export type ToldCommand = z.infer<typeof ToldCommand>;

/** Whether it is carried out; `role` is by which right, `why` says why not. */
export const ToldAnswer = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), role: z.string() }),
  z.object({ ok: z.literal(false), why: z.string(), hint: z.string().nullable() }),
]);
export type ToldAnswer = z.infer<typeof ToldAnswer>;

/**
 * The life of a command: `ID.json` is said, `ID.taken` belongs to the process that carries it out, and
 * `ID.answer` is for whoever said it to fetch. Each step is one rename, so that it happens to one side only.
 */
export const spoolFiles = (folder: string, id: string) => ({
  said: path.join(folder, `${id}.json`),
  taken: path.join(folder, `${id}.taken`),
  answer: path.join(folder, `${id}.answer`),
});

type Owner = Readonly<{ uid: number; gid: number }>;

/** All of it or nothing: a reader never sees half a file, nor one that is not its owner's yet. */
export async function writeWhole(file: string, content: unknown, owner?: Owner): Promise<void> {
  const next = path.join(path.dirname(file), `.${path.basename(file)}.new`);
  try {
    const handle = await open(next, "wx", 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(content)}\n`);
      if (owner !== undefined) await handle.chown(owner.uid, owner.gid);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(next, file);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
}

/** null: it is not there, or nothing that belongs into a spool. A link is not followed. */
export async function readWhole<T>(file: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const status = await handle.stat();
      if (!status.isFile() || status.size > FILE_BYTES_MAX) return null;
      const read = schema.safeParse(JSON.parse(await handle.readFile("utf8")));
      return read.success ? read.data : null;
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}
