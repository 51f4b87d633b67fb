import { neutralise } from "./clean.ts";
import { LEVEL_MARKS, type Message, type MessageLevel } from "./message.ts";

const COLORS: Readonly<Record<MessageLevel, string>> = {
  critical: "attention",
  warning: "warning",
  info: "accent",
  success: "good",
};

/**
 * An adaptive card, as a workflow's webhook takes it. Runs of text are used throughout: a text block
 * or a fact would read Markdown.
 */
export function teamsBody({ level, title, text, fields, url }: Message): object {
  const heading = run(`${LEVEL_MARKS[level]} ${title}`, {
    size: "large",
    weight: "bolder",
    color: COLORS[level],
  });
  const body: object[] = [richText([heading])];
  for (const line of text === "" ? [] : text.split("\n")) body.push(richText([run(line || " ")]));
  for (const [name, value] of fields) {
    body.push(richText([run(`${name}: `, { weight: "bolder" }), run(value || " ")]));
  }
  const actions = url === null ? [] : [{ type: "Action.OpenUrl", title: "Where to look", url }];
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    msteams: { width: "Full" },
    body,
    actions,
  };
  return {
    type: "message",
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content }],
  };
}

function richText(inlines: readonly object[]): object {
  return { type: "RichTextBlock", inlines };
}

/** Mentions take `<at>` and date functions two braces: neither is left whole, should a run ever be read so. */
function run(text: string, looks: object = {}): object {
  const inert = neutralise(text)
    .replaceAll("{{", "{ {")
    .replace(/<(?=\/?at\b)/giu, "< ");
  return { type: "TextRun", text: inert, ...looks };
}
