import * as z from "zod";
import { withHint } from "./hints.ts";
import { exactlyOneOf } from "./one-of.ts";
import { Command, EnvReference, FilePath } from "./text.ts";

const HOST = "a host name or an address, with at most one range such as web-[01:40]";
const HostText = withHint(z.string().min(1).max(300), HOST);

const HostEntry = z
  .strictObject({
    name: HostText.optional().meta({
      description: "What people see, and TARGET_NAME. Default: the host.",
      examples: ["web-[01:40]"],
    }),
    host: HostText.optional().meta({
      description: "The address, and TARGET_HOST. Default: the name.",
      examples: ["web-[01:40].example.com"],
    }),
    zone: withHint(z.string().min(1).max(253), "the name of a zone")
      .optional()
      .meta({
        description: "Where it stands, and TARGET_ZONE.",
        examples: ["a"],
      }),
  })
  .meta({ description: "One target, or with a range in name and host as many as it counts." });

const source = {
  hosts: z.array(HostEntry).min(1).optional().meta({ description: "The targets themselves." }),
  from: FilePath.optional().meta({
    description: "A YAML, JSON or CSV file of hosts, seen from the folder of the plan.",
    examples: ["inventory/hosts.yml"],
  }),
  run: Command.optional().meta({
    description: "A command on the runner that prints what such a file holds.",
    examples: ["./ops/inventory --role web"],
  }),
};

const Group = exactlyOneOf(z.strictObject(source), ["hosts", "from", "run"]);
const GroupName = withHint(
  z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
  "a group name of lower-case letters, digits and `-`, such as blue",
);

const Ssh = z.strictObject({
  user: withHint(z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/), "a user name, such as deploy").meta({
    description: "The user on the targets.",
    examples: ["deploy"],
  }),
  key: EnvReference.meta({
    description: "The variable that holds the private key.",
    examples: ["env:SSH_KEY"],
  }),
  "known-hosts": FilePath.meta({
    description:
      "The file with the targets' host keys; an unknown or changed key leaves the target untouched.",
    examples: ["inventory/known_hosts"],
  }),
  port: z.int().min(1).max(65_535).prefault(22).meta({ description: "The port on the targets." }),
});

export const TargetsSection = exactlyOneOf(
  z.strictObject({
    ...source,
    groups: z
      .record(GroupName, Group)
      .optional()
      .meta({
        description: "Two named groups of targets, for the blue-green strategy.",
        examples: [
          { blue: { hosts: [{ name: "blue-[1:4]" }] }, green: { hosts: [{ name: "green-[1:4]" }] } },
        ],
        minProperties: 2,
        maxProperties: 2,
      }),
    connect: z.enum(["ssh", "local"]).optional().meta({
      description:
        "ssh: commands run on the target; local: they run on the runner, with TARGET_NAME set. Default: ssh where there is an `ssh` section, otherwise local.",
    }),
    ssh: Ssh.optional().meta({ description: "How to reach the targets over ssh." }),
    version: Command.optional().meta({
      description:
        "Prints the version that a target runs; recorded before its first touch as PREVIOUS_VERSION.",
      examples: ["cat /srv/checkout/VERSION"],
    }),
  }),
  ["hosts", "from", "run", "groups"],
).meta({ description: "What is changed: exactly one of hosts, from, run and groups." });
