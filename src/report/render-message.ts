import { cleanLine, dropInvisible, shorten } from "./clean.ts";
import { renderJson } from "./json.ts";
import { isPlainUrl } from "./markdown.ts";
import type { Message, MessageFormat } from "./message.ts";
import { slackBody } from "./message-slack.ts";
import { teamsBody } from "./message-teams.ts";

/** Within the smallest of the receivers' limits, 28 kB. */
const TITLE_POINTS_MAX = 140;
const TEXT_POINTS_MAX = 2_500;
const NAME_POINTS_MAX = 60;
const VALUE_POINTS_MAX = 200;
const FIELDS_MAX = 10;

/** The body of a request. Text in it shows as it reads: it mentions nobody, links nowhere and formats nothing. */
export function renderMessage(message: Message, format: MessageFormat): string {
  const inert = withinBounds(message);
  switch (format) {
    case "json":
      return renderJson(jsonBody(inert));
    case "slack":
      return renderJson(slackBody(inert));
    case "teams":
      return renderJson(teamsBody(inert));
  }
}

/** Version 1: keys are added to it, and none is redefined. */
function jsonBody({ level, title, text, fields, url }: Message): object {
  return {
    version: 1,
    source: "change-deploy",
    level,
    title,
    text,
    fields: fields.map(([name, value]) => ({ name, value })),
    url,
  };
}

function withinBounds({ level, title, text, fields, url }: Message): Message {
  const shown = fields
    .slice(0, FIELDS_MAX)
    .map(
      ([name, value]) =>
        [shorten(cleanLine(name), NAME_POINTS_MAX), shorten(cleanLine(value), VALUE_POINTS_MAX)] as const,
    );
  const left = fields.length - shown.length;
  const told = left > 0 ? `${text}\n(${left} more details are left out.)` : text;
  return {
    level,
    title: shorten(cleanLine(title), TITLE_POINTS_MAX) || "(no title)",
    text: shorten(cleanLines(told), TEXT_POINTS_MAX),
    fields: shown,
    url: url !== null && isPlainUrl(url) ? url : null,
  };
}

function cleanLines(text: string): string {
  const lines = text.slice(0, TEXT_POINTS_MAX * 4).split(/\r\n|[\n\r\u2028\u2029]/u);
  return lines
    .map((line) => dropInvisible(line.replaceAll("\t", "  ")))
    .join("\n")
    .trim();
}
