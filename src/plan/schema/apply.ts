import * as z from "zod";
import { Duration } from "./duration.ts";
import { Command, Label } from "./text.ts";

const TIMEOUT = "10m";

/** A command that is part of the change: it is undone, or the plan says why not. */
export const Step = z.strictObject({
  name: Label.optional().meta({
    description: "What people see. Default: `step 1`, `step 2`, …",
    examples: ["Install"],
  }),
  run: Command.meta({
    description: "The command, for `sh -eu`. Values reach it as environment variables.",
    examples: ['sudo /srv/checkout/install "$CHANGE_VERSION"'],
  }),
  undo: Command.optional().meta({
    description: "Takes the step back; it must also mend a step that stopped halfway.",
    examples: ['sudo /srv/checkout/install "$PREVIOUS_VERSION"'],
  }),
  irreversible: z.boolean().optional().meta({
    description: "Cannot be undone. Needs a verified backup; once it has run, a trigger freezes the change.",
  }),
  "read-only": z.boolean().optional().meta({
    description: "Changes nothing, so there is nothing to undo and repeating it is safe.",
  }),
  on: z.enum(["targets", "runner"]).optional().meta({
    description: "Where it runs. Default: targets in `each`, the runner elsewhere.",
  }),
  timeout: Duration.prefault(TIMEOUT).meta({ description: "Past it, the step is ended and has failed." }),
  retries: z.int().min(0).max(100).prefault(0).meta({
    description: "Further tries after a failure. 1 or more also declares that repeating the step is safe.",
  }),
});
export type Step = z.infer<typeof Step>;

/** A command that runs beside the change and is never undone. */
export const Action = z.strictObject({
  name: Label.optional().meta({ description: "What people see. Default: `step 1`, `step 2`, …" }),
  run: Command.meta({ description: "The command, for `sh -eu`." }),
  on: z.enum(["targets", "runner"]).prefault("runner").meta({ description: "Where it runs." }),
  timeout: Duration.prefault(TIMEOUT).meta({ description: "Past it, the command is ended and has failed." }),
  retries: z.int().min(0).max(100).prefault(0).meta({ description: "Further tries after a failure." }),
});
export type Action = z.infer<typeof Action>;

export const ApplySection = z
  .strictObject({
    before: z.array(Step).prefault([]).meta({ description: "Once, on the runner, before the first batch." }),
    each: z.array(Step).prefault([]).meta({ description: "On every target, in order." }),
    after: z.array(Step).prefault([]).meta({ description: "Once, on the runner, after the last batch." }),
  })
  .meta({ description: "The steps of the change, each with its undo." });
