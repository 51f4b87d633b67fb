/** The cells of the first table under a heading of any level; empty where there is none. */
export function readTable(text: string, heading: string): readonly (readonly string[])[] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === heading);
  if (start < 0) return [];
  const section = untilNext(lines.slice(start + 1), /^#+ /);
  const table = section.findIndex((line) => line.startsWith("|"));
  if (table < 0) return [];
  return untilNext(section.slice(table), /^(?!\|)/)
    .slice(2)
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

function untilNext(lines: readonly string[], stop: RegExp): readonly string[] {
  const end = lines.findIndex((line) => stop.test(line));
  return end < 0 ? lines : lines.slice(0, end);
}

/** Targets of the links that point into the repository, without what follows the `#`. */
export function localLinks(text: string): readonly string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? "");
  return links.filter((link) => !/^([a-z]+:|#)/.test(link)).map((link) => link.replace(/#.*$/, ""));
}
