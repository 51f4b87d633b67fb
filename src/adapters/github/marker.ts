import type { Issue, IssueApi } from "./issue-api.ts";

/** On every issue of ours; only people with triage rights can put a label on an issue. */
export const ISSUE_LABEL = "change-deploy";

const PAGES_MAX = 10;

/**
 * Every issue whose text starts with the marker, closed ones included. `known` is a number that is
 * remembered from before: lists lag behind, single reads do not.
 */
export async function findMarked(
  api: IssueApi,
  marker: string,
  known: number | null,
): Promise<readonly Issue[]> {
  const labelled = await findLabelled(api, marker);
  const found = labelled.length > 0 ? labelled : await findUnlabelled(api, marker);
  if (known === null || found.some((issue) => issue.number === known)) return found;
  const remembered = await api.get(known);
  return remembered?.body.startsWith(marker) ? [...found, remembered] : found;
}

/** Newest first, so an issue that is opened meanwhile may be seen twice, and none is missed. */
async function findLabelled(api: IssueApi, marker: string): Promise<readonly Issue[]> {
  for (let page = 1; page <= PAGES_MAX; page++) {
    const { issues, full } = await api.list({ label: ISSUE_LABEL, page });
    const found = issues.filter((issue) => issue.body.startsWith(marker));
    if (found.length > 0 || !full) return found;
  }
  return [];
}

/**
 * GitHub drops labels without a word where the token may not set them. Anybody can open an issue
 * with our marker, so here the author has to be trustworthy.
 */
async function findUnlabelled(api: IssueApi, marker: string): Promise<readonly Issue[]> {
  const { issues } = await api.list({ label: null, page: 1 });
  return issues.filter((issue) => issue.trusted && issue.body.startsWith(marker));
}
