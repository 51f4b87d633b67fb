import { expect } from "vitest";

const HEADINGS =
  /^(# |## (What|Left|Batches|Targets|Times|Timeline|Where|Plan|Health|Phases|Warnings|Answers|Approval|Backups|Checks|People|Waiting))/u;
const OUR_LINKS = /\]\(https:\/\/(github\.com\/acme\/shop|tickets\.example\.com)\S*\)/gu;
const CODE_SPANS = /(?<!\\)(`+)(?!`)(.*?)(?<!`)\1(?!`)/gu;

/** Nothing in it but our own headings and links, and the mentions that are expected. */
export function expectInertDocument(document: string, mentions: readonly string[] = []): void {
  const outside = mentions.reduce(
    (text, mention) => text.replaceAll(mention, mention.slice(1)),
    outsideFences(document),
  );
  expect(outside).not.toMatch(/@\w|<!--/u);
  const text = outside.replaceAll(CODE_SPANS, "");
  expect(text).not.toMatch(/@\w|<!--|<\w|<\/|#\d|[\u202a-\u202e\u2066-\u2069]/u);
  expect(text).not.toMatch(/(?!\n)\p{Cc}|\p{Cs}/u);
  expect(text.replaceAll(OUR_LINKS, "")).not.toMatch(/:\/\/\w/u);
  for (const heading of text.match(/^#+ .*/gmu) ?? []) expect(heading).toMatch(HEADINGS);
}

/** The body without its fences, which hold text as it is. */
function outsideFences(body: string): string {
  const kept: string[] = [];
  let fence: string | null = null;
  for (const line of body.split("\n")) {
    const ticks = /^`{3,}/u.exec(line)?.[0];
    if (fence === null && ticks !== undefined) fence = ticks;
    else if (fence !== null && line === fence) fence = null;
    else if (fence === null) kept.push(line);
  }
  expect(fence).toBeNull();
  return kept.join("\n");
}
