import { setTimeout as sleep } from "node:timers/promises";
import type { CallLimits } from "./client.ts";
import type { Comment, CommentApi } from "./comment-api.ts";
import { isAmbiguous } from "./issue-api.ts";
import { cutBody } from "./issue-text.ts";

export type PostedNote = Readonly<{
  id: number;
  url: string;
  /** By GitHub's clock: commands are looked for from here on. */
  createdAt: string;
  /** false: an earlier call, of this process or another, had written it. */
  posted: boolean;
}>;

type Writing = Readonly<{
  api: CommentApi;
  key: string;
  body: string;
  limits: CallLimits;
  pauseMs: number;
}>;

const WRITES_MAX = 3;
/** In units of `pauseMs`. */
const LOOKS = [1, 2, 4];

/** Comments on an issue once for each key, found again by a hidden marker. */
export async function postNote({ api, key, body, limits, pauseMs }: Writing): Promise<PostedNote> {
  const marker = `<!-- change-deploy: note ${encodeKey(key)} -->`;
  const find = async () => {
    const comments = await api.list(null);
    // Anybody can write our marker, and must not be able to keep us silent.
    return comments.find((comment) => comment.trusted && comment.body.startsWith(marker));
  };
  const known = await find();
  if (known !== undefined) return describe(known, false);
  for (let tries = 1; ; tries++) {
    try {
      return describe(await api.add(cutBody(`${marker}\n${body}`)), true);
    } catch (error) {
      if (tries === WRITES_MAX || !isAmbiguous(error)) throw error;
    }
    for (const units of LOOKS) {
      await sleep(units * pauseMs, undefined, { signal: limits.signal });
      const written = await find();
      if (written !== undefined) return describe(written, true);
    }
  }
}

function describe({ id, url, createdAt }: Comment, posted: boolean): PostedNote {
  return { id, url, createdAt, posted };
}

/** No key can end the comment: two hyphens in a row are not allowed in one. */
function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll("-", "%2D");
}
