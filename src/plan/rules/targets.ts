import type { Finding } from "../finding.ts";
import type { HostEntry } from "../host-pair.ts";
import { expandHosts } from "../hosts.ts";
import type { PlanPath } from "../path.ts";
import type { PlanDocument } from "../schema/plan.ts";

/** Whether the targets that the plan names itself can be told apart. */
export function checkHosts({ targets }: PlanDocument): Finding[] {
  const inline = targets.hosts === undefined ? [] : checkList(targets.hosts, ["targets", "hosts"]);
  const grouped = Object.entries(targets.groups ?? {}).flatMap(([group, { hosts }]) =>
    hosts === undefined ? [] : checkList(hosts, ["targets", "groups", group, "hosts"]),
  );
  return [...inline, ...grouped];
}

function checkList(hosts: readonly HostEntry[], path: PlanPath): Finding[] {
  const expanded = expandHosts(hosts);
  if (expanded.ok) return [];
  return expanded.problems.map(({ index, field, code, message, hint }) => {
    const isStated = hosts[index]?.[field] !== undefined && hosts[index]?.[field] !== null;
    return {
      code,
      path: isStated ? [...path, index, field] : [...path, index],
      point: isStated ? "value" : "owner",
      message,
      hint,
    };
  });
}

/** Whether the plan says how its targets are reached, and says it once. */
export function checkConnection({ targets }: PlanDocument): Finding[] {
  if (targets.connect === "ssh" && targets.ssh === undefined) {
    return [
      {
        code: "ssh-settings-missing",
        path: ["targets", "connect"],
        message: "Nothing says how to reach the targets over ssh.",
        hint: "Add `targets.ssh` with user, key and known-hosts, or write `connect: local`.",
      },
    ];
  }
  if (targets.connect !== "local" || targets.ssh === undefined) return [];
  return [
    {
      code: "ssh-settings-unused",
      path: ["targets", "ssh"],
      point: "owner",
      message:
        "The steps run on the runner itself (`connect: local`), so the ssh settings would mean nothing.",
      hint: "Write `connect: ssh`, or remove `ssh`.",
    },
  ];
}
