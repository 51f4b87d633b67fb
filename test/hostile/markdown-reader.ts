import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";

/** What a page is made of, as an independent reader of GitHub's Markdown renders it. */
export type Page = Readonly<{
  /** The names of the elements, in order, with what makes them dangerous; code spans and breaks left out. */
  skeleton: readonly string[];
  /** The text outside of code and of our own links. */
  prose: string;
}>;

export function readPage(markdown: string): Page {
  const html = micromark(markdown, {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  const skeleton = [...html.matchAll(/<!--[\s\S]*?-->|<\/?([a-z][a-z0-9]*)([^>]*)>|<[!?][^>]*>/gi)]
    .map(([whole, name, attributes]) => describeTag(whole, name, attributes ?? ""))
    .filter((tag) => !/^\/?(code|br)$/.test(tag));
  const prose = html.replace(/<(pre|code|a)\b[\s\S]*?<\/\1>/gi, " ").replace(/<!--[\s\S]*?-->|<[^>]*>/g, " ");
  return { skeleton, prose: decodeEntities(prose) };
}

function describeTag(whole: string, name: string | undefined, attributes: string): string {
  if (name === undefined) return whole;
  const told = /(?:href|src|class|type)="[^"]*"/gi.exec(attributes);
  return `${whole.startsWith("</") ? "/" : ""}${name.toLowerCase()}${told === null ? "" : ` ${told[0]}`}`;
}

function decodeEntities(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

/** What GitHub makes of prose after it has been rendered: none of it may come from outside. */
export function findLive(prose: string): string[] {
  const patterns: Record<string, RegExp> = {
    mention: /(?<![\w/])@[a-z\d]/iu,
    reference: /#\d|\bGH-\d/iu,
    address: /:\/\/|\bwww\./iu,
    email: /[\w.+-]@[\w-]+\./u,
    commit: /(?<![0-9a-z])(?=\d*[a-f])[0-9a-f]{7,40}(?![0-9a-z])/iu,
    emoji: /:[a-z+][\w+-]*:/iu,
  };
  return Object.entries(patterns).flatMap(([kind, pattern]) => {
    const found = pattern.exec(prose);
    return found === null
      ? []
      : [`${kind}: ${JSON.stringify(prose.slice(Math.max(0, found.index - 20), found.index + 30))}`];
  });
}
