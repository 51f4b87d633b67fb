import { unreachable } from "../errors.ts";
import type { Target } from "./change.ts";
import { expandHosts } from "./hosts.ts";
import { readHostsCsv } from "./hosts-csv.ts";
import { readHostsJson } from "./hosts-json.ts";
import { emptyList, type FileProblem, type HostRows } from "./hosts-rows.ts";
import { readHostsYaml } from "./hosts-yaml.ts";

export type HostsFormat = "yaml" | "json" | "csv";

export type HostsFileResult =
  | Readonly<{ ok: true; targets: readonly Target[] }>
  | Readonly<{ ok: false; problems: readonly FileProblem[] }>;

/** Far more than 100,000 targets take, and little enough to hold. */
export const HOSTS_FILE_CHARS_MAX = 16 * 1024 * 1024;

/**
 * Reads the file that `targets: { from: … }` names: the same entries as `targets.hosts`, ranges
 * included, as a YAML or JSON list, or as CSV under a header of `name`, `host` and `zone`.
 */
export function parseHostsFile(text: string, format: HostsFormat): HostsFileResult {
  if (text.length > HOSTS_FILE_CHARS_MAX) return { ok: false, problems: [TOO_LARGE] };
  // Spreadsheets put a byte-order mark in front.
  const rows = readRows(text.startsWith("\uFEFF") ? text.slice(1) : text, format);
  if (rows.problems.length > 0) return { ok: false, problems: rows.problems };
  if (rows.entries.length === 0) return { ok: false, problems: [emptyList()] };
  const result = expandHosts(rows.entries);
  if (result.ok) return result;
  return {
    ok: false,
    problems: result.problems.map((problem) => ({ ...problem, line: rows.lines[problem.index] ?? null })),
  };
}

const CSV_HEAD = /^\uFEFF?[ \t]*"?(?:name|host|zone)"?[ \t]*(?:,|\r?\n|$)/i;

/** Of a text without a file name: a header of columns cannot begin a YAML or JSON list. */
export function guessHostsFormat(text: string): HostsFormat {
  return CSV_HEAD.test(text) ? "csv" : "yaml";
}

function readRows(text: string, format: HostsFormat): HostRows {
  switch (format) {
    case "yaml":
      return readHostsYaml(text);
    case "json":
      return readHostsJson(text);
    case "csv":
      return readHostsCsv(text);
    default:
      return unreachable(format);
  }
}

const TOO_LARGE: FileProblem = {
  index: null,
  field: null,
  line: null,
  code: "hosts-file-too-large",
  message: "The file of hosts is larger than 16 MiB.",
  hint: "Use ranges such as web-[01:40], or split the change into several.",
};
