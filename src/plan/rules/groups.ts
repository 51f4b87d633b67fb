import type { Finding } from "../finding.ts";
import type { HostEntry } from "../host-pair.ts";
import { expandHosts } from "../hosts.ts";
import type { PlanPath } from "../path.ts";
import type { PlanDocument } from "../schema/plan.ts";

/** Groups and the blue-green strategy belong together. */
export function checkGrouping({ targets, strategy }: PlanDocument): Finding[] {
  const isBlueGreen = strategy["blue-green"] !== undefined;
  if (isBlueGreen === (targets.groups !== undefined)) return [];
  return [
    {
      code: isBlueGreen ? "groups-missing" : "groups-unused",
      path: isBlueGreen ? ["targets"] : ["targets", "groups"],
      point: "owner",
      message: isBlueGreen
        ? "The blue-green strategy needs two groups of targets."
        : "Only the blue-green strategy tells groups of targets apart.",
      hint: isBlueGreen
        ? "Write `targets.groups` with two names, each with its hosts."
        : "Write `hosts`, `from` or `run` instead of `groups`, or use the blue-green strategy.",
    },
  ];
}

const GROUPS: PlanPath = ["targets", "groups"];

/** The idle group must be able to take over from the live one, and changing it must not touch that one. */
export function checkGroups({ targets }: PlanDocument): Finding[] {
  if (targets.groups === undefined) return [];
  const [first, second, ...more] = Object.entries(targets.groups).map(([name, { hosts }]) => ({
    name,
    hosts,
  }));
  if (first === undefined || second === undefined || more.length > 0) {
    return [notTwo(Object.keys(targets.groups))];
  }
  if (first.hosts === undefined || second.hosts === undefined) return [];
  return compare({ ...first, hosts: first.hosts }, { ...second, hosts: second.hosts });
}

type Group = Readonly<{ name: string; hosts: readonly HostEntry[] }>;

function compare(first: Group, second: Group): Finding[] {
  const [one, other] = [expandHosts(first.hosts), expandHosts(second.hosts)];
  // What is wrong within a group is told there.
  if (!one.ok || !other.ok) return [];
  const overlaps = findOverlaps(first, second);
  const sizes = [one.targets.length, other.targets.length] as const;
  return overlaps.length > 0 || sizes[0] === sizes[1] ? overlaps : [unequal(first, second, sizes)];
}

/** Both lists as one: whatever is twice in it stands in both groups. */
function findOverlaps(first: Group, second: Group): Finding[] {
  const all = expandHosts([...first.hosts, ...second.hosts]);
  if (all.ok) return [];
  return all.problems.map(({ code, index, field, message, hint }) => {
    const path = [...GROUPS, second.name, "hosts", index - first.hosts.length, field];
    if (code === "targets-too-many") return { code, path, message, hint };
    return {
      code: "groups-overlap",
      path,
      message: `${message.slice(0, -1)}, in the group \`${first.name}\`.`,
      hint: "Each target belongs to one group: while one of them changes, the other serves.",
    };
  });
}

function notTwo(names: readonly string[]): Finding {
  return {
    code: "groups-not-two",
    path: GROUPS,
    point: "owner",
    message: `There are two groups, a live one and an idle one; this names ${names.length === 0 ? "none" : names.join(", ")}.`,
    hint: "Write exactly two, such as blue and green.",
  };
}

function unequal(first: Group, second: Group, [one, other]: readonly [number, number]): Finding {
  return {
    code: "groups-differ-in-size",
    path: [...GROUPS, second.name, "hosts"],
    point: "owner",
    message: `\`${first.name}\` has ${one} targets and \`${second.name}\` has ${other}: either must be able to carry the whole service.`,
    hint: "Give both groups as many targets.",
  };
}

/** Going back means switching back, so the switch must be able to. */
export function checkSwitch({ strategy }: PlanDocument): Finding[] {
  const swap = strategy["blue-green"]?.switch;
  if (swap === undefined || swap.undo !== undefined) return [];
  const claim = swap.irreversible ? "irreversible" : swap["read-only"] ? "read-only" : null;
  if (claim === null) return [];
  return [
    {
      code: "switch-without-undo",
      path: ["strategy", "blue-green", "switch", claim],
      point: "owner",
      message: `A switch that is \`${claim}\` cannot send the traffic back.`,
      hint: "Write `undo: <a command that switches back>` instead.",
    },
  ];
}
