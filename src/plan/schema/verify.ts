import * as z from "zod";
import { exactlyOneOf } from "./one-of.ts";
import { limits, PROBE_KEYS, probes } from "./probe.ts";
import { Label } from "./text.ts";

const Verification = exactlyOneOf(
  z.strictObject({
    name: Label.meta({ description: "What is verified.", examples: ["Log in"] }),
    ...probes,
    on: z.enum(["targets", "runner"]).prefault("runner").meta({ description: "Where it is checked." }),
    ...limits,
  }),
  PROBE_KEYS,
);

export const VerifySection = z
  .array(Verification)
  .meta({ description: "Checked once every target is updated; a failure rolls the change back." });
