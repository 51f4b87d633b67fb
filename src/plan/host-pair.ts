import { expandAt, type HostPattern, isFault, type PatternFault, parsePattern } from "./host-pattern.ts";
import { findHostFault, findNameFault, findZoneFault } from "./host-text.ts";

/** One entry of `targets.hosts`. `host` defaults to `name`, and `name` to `host`. */
export type HostEntry = Readonly<{
  name?: string | undefined;
  host?: string | undefined;
  zone?: string | null | undefined;
}>;

export type HostField = "name" | "host" | "zone";

/** What is wrong with an entry, and under which of its keys to say so. */
export type EntryFault = Readonly<{ field: HostField }> & PatternFault;

/** The name and the address of an entry, which count in step. */
export type HostPair = Readonly<{ name: HostPattern; host: HostPattern; zone: string | null }>;

export type PairResult =
  | Readonly<{ ok: true; pair: HostPair }>
  | Readonly<{ ok: false; faults: readonly EntryFault[] }>;

/** Checks all that can be known of an entry without expanding it. */
export function pairUp(entry: HostEntry): PairResult {
  const nameText = entry.name ?? entry.host;
  const hostText = entry.host ?? entry.name;
  if (nameText === undefined || hostText === undefined) return { ok: false, faults: [NAMELESS] };

  const name = parsePattern(nameText);
  const host = parsePattern(hostText);
  const zone = entry.zone ?? null;
  const faults = [...findPairFaults(name, host, entry), ...findZoneFaults(zone)];
  if (faults.length > 0 || isFault(name) || isFault(host)) return { ok: false, faults };
  if (name.count !== host.count) return { ok: false, faults: [describeMismatch(name.count, host.count)] };
  return { ok: true, pair: { name, host, zone } };
}

/** The key to point at: the one that was meant, or the only one there is. */
export function statedField(field: "name" | "host", entry: HostEntry): "name" | "host" {
  const other = field === "name" ? "host" : "name";
  return entry[field] === undefined ? other : field;
}

const CHECKS = {
  name: {
    find: findNameFault,
    code: "target-name-invalid",
    hint: 'Give the entry a `name` such as "web-01"; the address goes under `host`.',
  },
  host: {
    find: findHostFault,
    code: "target-host-invalid",
    hint: "Write a host name or an address alone: users and ports go under `ssh` or into a check's url.",
  },
} as const;

const NAMELESS: EntryFault = {
  field: "name",
  code: "host-missing",
  message: "The entry has neither a name nor a host.",
  hint: "Give it a `name`, a `host`, or both.",
};

function findPairFaults(
  name: HostPattern | PatternFault,
  host: HostPattern | PatternFault,
  entry: HostEntry,
): EntryFault[] {
  const nameFaults = findFaults(name, "name", entry);
  const sameText = entry.name === undefined || entry.host === undefined;
  // One text with a mistake in it is one problem, though it serves as a name and as an address.
  if (sameText && nameFaults.length > 0) return nameFaults;
  return [...nameFaults, ...findFaults(host, "host", entry)];
}

function findFaults(
  pattern: HostPattern | PatternFault,
  kind: "name" | "host",
  entry: HostEntry,
): EntryFault[] {
  const field = statedField(kind, entry);
  if (isFault(pattern)) return [{ field, ...pattern }];
  const { find, code, hint } = CHECKS[kind];
  // The numbers only grow, so the first and the last text stand for all between them.
  for (const text of [expandAt(pattern, 0), expandAt(pattern, pattern.count - 1)]) {
    const fault = find(text);
    if (fault !== null) return [{ field, code, message: `The ${kind} ${quote(text)} ${fault}.`, hint }];
  }
  return [];
}

function findZoneFaults(zone: string | null): EntryFault[] {
  const fault = zone === null ? null : findZoneFault(zone);
  if (zone === null || fault === null) return [];
  const message = `The zone ${quote(zone)} ${fault}.`;
  return [{ field: "zone", code: "target-zone-invalid", message, hint: 'Write a zone such as "eu-1a".' }];
}

function describeMismatch(names: number, hosts: number): EntryFault {
  return {
    field: "host",
    code: "range-mismatch",
    message: `The name stands for ${names} and the host for ${hosts}: they count in step.`,
    hint: "Give both a range over as many numbers, or write only one of them.",
  };
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
