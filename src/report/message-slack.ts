import { neutralise } from "./clean.ts";
import { LEVEL_MARKS, type Message } from "./message.ts";

/** Slack's limits, a little below: of a header, a section, a field. */
const HEADER_CHARS_MAX = 148;
const SECTION_CHARS_MAX = 2_900;
const FIELD_CHARS_MAX = 1_900;

/** Blocks of plain text, in which Slack looks for no markup; the one link is ours. */
export function slackBody({ level, title, text, fields, url }: Message): object {
  const heading = `${LEVEL_MARKS[level]} ${title}`;
  const blocks: object[] = [{ type: "header", text: plainText(heading, HEADER_CHARS_MAX) }];
  if (text !== "") blocks.push({ type: "section", text: plainText(text, SECTION_CHARS_MAX) });
  if (fields.length > 0) {
    const shown = fields.map(([name, value]) => plainText(`${name}: ${value}`, FIELD_CHARS_MAX));
    blocks.push({ type: "section", fields: shown });
  }
  if (url !== null)
    blocks.push({ type: "section", text: { type: "mrkdwn", text: `<${url}|Where to look>` } });
  // The text is what a notification shows; with markup switched off for it as well.
  const fallback = escapeWithin(heading, HEADER_CHARS_MAX);
  return { text: fallback, mrkdwn: false, parse: "none", unfurl_links: false, unfurl_media: false, blocks };
}

function plainText(text: string, charsMax: number): object {
  return { type: "plain_text", emoji: false, text: escapeWithin(text, charsMax) || " " };
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Cut between characters, never inside of an entity. */
function escapeWithin(text: string, charsMax: number): string {
  let escaped = "";
  for (const point of neutralise(text)) {
    const next = ENTITIES[point] ?? point;
    if (escaped.length + next.length > charsMax - 1) return `${escaped}…`;
    escaped += next;
  }
  return escaped;
}
