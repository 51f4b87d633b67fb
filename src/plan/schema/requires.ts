import * as z from "zod";
import { Duration } from "./duration.ts";
import { EnvironmentName } from "./text.ts";

const Requirement = z.strictObject({
  environment: EnvironmentName.meta({
    description: "Where this version must have succeeded, by its journal.",
    examples: ["staging"],
  }),
  within: Duration.meta({ description: "How long ago at most.", examples: ["7d"] }),
});

export const RequiresSection = z
  .array(Requirement)
  .meta({ description: "Environments that this version must have passed before." });
