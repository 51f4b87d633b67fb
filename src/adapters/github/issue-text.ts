import type { IssueDraft } from "../../ports.ts";
import type { IssueFields } from "./issue-api.ts";
import { ISSUE_LABEL } from "./marker.ts";

/** GitHub refuses bodies above 65,536 characters; what counts as one is not documented. */
const BODY_CHARS_MAX = 60_000;
const TITLE_CHARS_MAX = 250;
const LABEL_CHARS_MAX = 50;
const ASSIGNEES_MAX = 10;
const CUT_NOTE =
  "\n\n*The report is longer than an issue may be. The rest is in the run's summary and the journal.*\n";

/** A draft within everything that GitHub would refuse, with the marker first. */
export function issueFields(draft: IssueDraft): IssueFields {
  const labels = [ISSUE_LABEL, ...draft.labels].filter((label) => label.length <= LABEL_CHARS_MAX);
  const isMarked = draft.body.startsWith(draft.marker);
  return {
    title: cut(draft.title.replaceAll(/\p{Cc}+/gu, " ").trim() || "change-deploy", TITLE_CHARS_MAX),
    body: cutBody(isMarked ? draft.body : `${draft.marker}\n${draft.body}`),
    labels: [...new Set(labels)],
    // A team cannot be assigned: it is named in the text instead.
    assignees: (draft.assignees ?? [])
      .filter((login) => !login.includes("/"))
      .map((login) => login.replace(/^@/, ""))
      .slice(0, ASSIGNEES_MAX),
  };
}

export function cutBody(body: string): string {
  if (body.length <= BODY_CHARS_MAX) return body;
  const kept = cut(body, BODY_CHARS_MAX - CUT_NOTE.length);
  // A table row or a link that ends half-way would break what follows it.
  const line = kept.lastIndexOf("\n");
  return (line > kept.length / 2 ? kept.slice(0, line) : kept) + CUT_NOTE;
}

/** Never between the halves of a surrogate pair. */
function cut(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  return text.slice(0, charsMax).replace(/[\uD800-\uDBFF]$/, "");
}
