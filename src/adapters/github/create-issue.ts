import { setTimeout as sleep } from "node:timers/promises";
import type { CallLimits } from "./client.ts";
import { isApiFailure } from "./explain-error.ts";
import { type Issue, type IssueApi, type IssueFields, isAmbiguous } from "./issue-api.ts";
import { findMarked } from "./marker.ts";

const CREATES_MAX = 3;
/** In units of `pauseMs`. Lists lag behind, so one look that finds nothing proves nothing. */
const LOOKS = [1, 2, 4];

export type Creation = Readonly<{
  api: IssueApi;
  marker: string;
  fields: IssueFields;
  limits: CallLimits;
  pauseMs: number;
}>;

/** Opens an issue. After an answer that leaves it open whether it exists, looks before it tries again. */
export async function createIssue(creation: Creation): Promise<Issue> {
  let { fields } = creation;
  for (let tries = 1; ; tries++) {
    try {
      return await creation.api.create(fields);
    } catch (error) {
      if (tries === CREATES_MAX) throw error;
      if (isRefusedAssignee(error, fields)) {
        fields = { ...fields, assignees: [] };
        continue;
      }
      if (!isAmbiguous(error)) throw error;
    }
    const created = await lookForIt(creation);
    if (created !== null) return created;
  }
}

async function lookForIt({ api, marker, limits, pauseMs }: Creation): Promise<Issue | null> {
  for (const units of LOOKS) {
    await sleep(units * pauseMs, undefined, { signal: limits.signal });
    const [found] = await findMarked(api, marker, null);
    if (found !== undefined) return found;
  }
  return null;
}

/** One engineer who may not be assigned must not cost the whole issue. */
function isRefusedAssignee(error: unknown, fields: IssueFields): boolean {
  return isApiFailure(error) && error.status === 422 && fields.assignees.length > 0;
}
