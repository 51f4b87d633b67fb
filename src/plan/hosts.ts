import type { Target } from "./change.ts";
import { type EntryFault, type HostEntry, type HostPair, pairUp, statedField } from "./host-pair.ts";
import { expandAt } from "./host-pattern.ts";
import { canonicalHost } from "./host-text.ts";

export const TARGETS_MAX = 100_000;
/** Enough to mend a list by; one with more faults than this has them from one cause. */
export const HOST_PROBLEMS_MAX = 1_000;

/** `index` is the entry's, from 0. */
export type HostProblem = Readonly<{ index: number }> & EntryFault;

export type HostsResult =
  | Readonly<{ ok: true; targets: readonly Target[] }>
  | Readonly<{ ok: false; problems: readonly HostProblem[] }>;

/**
 * Turns entries with ranges into targets, in order. Finds every problem at once, except that nothing
 * more is expanded once there would be more than `TARGETS_MAX`.
 */
export function expandHosts(entries: readonly HostEntry[]): HostsResult {
  const list = new TargetList();
  const problems: HostProblem[] = [];
  for (const [index, entry] of entries.entries()) {
    const faults = addEntry(list, entry);
    for (const fault of faults) problems.push({ index, ...fault });
    if (faults.some((fault) => fault.code === "targets-too-many")) break;
    if (problems.length >= HOST_PROBLEMS_MAX) break;
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, targets: list.targets };
}

function addEntry(list: TargetList, entry: HostEntry): readonly EntryFault[] {
  const result = pairUp(entry);
  if (!result.ok) return result.faults;
  if (list.targets.length + result.pair.name.count > TARGETS_MAX) return [describeTooMany(entry)];
  return list.addPair(result.pair, entry);
}

function targetAt(index: number, { name, host, zone }: HostPair): Target {
  const text = expandAt(name, index);
  const address = expandAt(host, index);
  // Where both are spelt alike, which is the rule, one text does for a hundred thousand targets.
  return { name: text, host: address === text ? text : address, zone };
}

class TargetList {
  readonly targets: Target[] = [];
  readonly #names = new Set<string>();
  /** From an address, spelt the one way, to the name of the target that has it. */
  readonly #addresses = new Map<string, string>();

  addPair({ name, host, zone }: HostPair, entry: HostEntry): EntryFault[] {
    for (let index = 0; index < name.count; index++) {
      const target = targetAt(index, { name, host, zone });
      const duplicate = this.#findDuplicate(target, entry);
      // One report per entry: the rest of a range repeats the same mistake.
      if (duplicate !== null) return [duplicate];
      this.#keep(target);
    }
    return [];
  }

  #findDuplicate(target: Target, entry: HostEntry): EntryFault | null {
    if (this.#names.has(target.name)) return describeDuplicateName(target, entry);
    const other = this.#addresses.get(canonicalHost(target.host));
    return other === undefined ? null : describeDuplicateHost(target, other, entry);
  }

  #keep(target: Target): void {
    this.targets.push(target);
    this.#names.add(target.name);
    this.#addresses.set(canonicalHost(target.host), target.name);
  }
}

function describeTooMany(entry: HostEntry): EntryFault {
  return {
    field: statedField("name", entry),
    code: "targets-too-many",
    message: `With this entry there are more than ${TARGETS_MAX} targets.`,
    hint: "Shorten the range, or split the change into several.",
  };
}

function describeDuplicateName(target: Target, entry: HostEntry): EntryFault {
  return {
    field: statedField("name", entry),
    code: "target-name-duplicate",
    message: `The target name ${JSON.stringify(target.name)} is already taken by an entry above.`,
    hint: "A target is listed once: rename this one or remove it.",
  };
}

function describeDuplicateHost(target: Target, other: string, entry: HostEntry): EntryFault {
  return {
    field: statedField("host", entry),
    code: "target-host-duplicate",
    message: `The address ${JSON.stringify(target.host)} already belongs to the target ${JSON.stringify(other)}.`,
    hint: "Two targets at one address would be changed twice: remove one, or mend its address.",
  };
}
