import * as z from "zod";
import { exactlyOneOf } from "./one-of.ts";
import { probes } from "./probe.ts";
import { Handle, Label } from "./text.ts";

export const Role = z.enum(["manager", "engineers", "quality", "security"]);

const Contact = z.strictObject({
  name: Label.meta({ description: "Who or what is reached.", examples: ["On-call phone"] }),
  reach: Label.meta({ description: "A number, a channel or an address.", examples: ["+82 2 555 0100"] }),
  test: exactlyOneOf(z.strictObject({ http: probes.http, tcp: probes.tcp, run: probes.run }), [
    "http",
    "tcp",
    "run",
  ])
    .optional()
    .meta({ description: "Tried before the start, so that the contact is known to work." }),
});

const people = (description: string, examples: readonly string[]) =>
  z
    .array(Handle)
    .prefault([])
    .meta({ description, examples: [examples] });

export const TeamSection = z
  .strictObject({
    manager: people("May hold, continue, abort and roll back; is told everything.", ["octocat"]),
    engineers: people("Carry out the change; may hold and continue it.", ["@org/platform"]),
    quality: people("Confirm the tests.", ["@org/qa"]),
    security: people("Approve emergencies; are told of breaches.", ["@org/security"]),
    contacts: z.array(Contact).prefault([]).meta({ description: "Reached in an emergency." }),
  })
  .meta({ description: "GitHub users and teams: who may do what, and who is told." });
