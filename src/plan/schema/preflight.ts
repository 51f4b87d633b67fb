import * as z from "zod";
import { exactlyOneOf } from "./one-of.ts";
import { limits, PROBE_KEYS, probes } from "./probe.ts";
import { Role } from "./team.ts";
import { Label } from "./text.ts";

const PreflightCheck = exactlyOneOf(
  z.strictObject({
    name: Label.meta({ description: "What is checked or confirmed.", examples: ["Disk space"] }),
    ...probes,
    attest: Role.optional().meta({
      description: "A person of this part of the team confirms it; recorded with the approver's name.",
      examples: ["quality"],
    }),
    on: z.enum(["targets", "runner"]).prefault("runner").meta({ description: "Where it is checked." }),
    ...limits,
  }),
  [...PROBE_KEYS, "attest"],
);

export const PreflightSection = z
  .array(PreflightCheck)
  .meta({ description: "Checked while nothing has changed yet; all must pass." });
