import * as z from "zod";
import { Amount } from "./amount.ts";
import { Step } from "./apply.ts";
import { Duration, DurationOrZero } from "./duration.ts";
import { exactlyOneOf } from "./one-of.ts";
import { Command } from "./text.ts";

const pacing = {
  "max-failures": z.int().min(0).max(100_000).prefault(0).meta({
    description: "Failed targets that the change survives; one more rolls it back. 0 ends it at the first.",
  }),
  parallel: Amount.optional().meta({
    description:
      "Targets whose steps run side by side: a number, or a share of all. Default: the largest batch, up to 20.",
    examples: [20],
  }),
  bake: DurationOrZero.prefault("0s").meta({
    description: "How long a batch must stay healthy before the next one may start.",
    examples: ["2m"],
  }),
};

const Rolling = z.strictObject({
  batches: z
    .array(Amount)
    .min(1)
    .meta({
      description:
        "Sizes of the batches, as numbers or as shares of all targets (rounded down, at least one); the last repeats.",
      examples: [[1, "10%", "30%"]],
    }),
  "max-unavailable": Amount.optional().meta({
    description:
      "Most targets that may be changing, unhealthy or unknown at once, on the way back too. Default: the largest batch.",
    examples: ["20%"],
  }),
  ...pacing,
});

const BigBang = z.strictObject(pacing);

const BlueGreen = z.strictObject({
  active: Command.meta({
    description: "Prints which of the two groups is live.",
    examples: ["./ops/lb active"],
  }),
  switch: Step.meta({ description: "Sends the traffic to the idle group, and back as its undo." }),
  keep: Duration.optional().meta({
    description: "How long the old group stays as it was, ready to switch back to.",
  }),
  ...pacing,
});

export const StrategySection = exactlyOneOf(
  z.strictObject({
    rolling: Rolling.optional().meta({
      description: "Batch after batch; the next one waits for the health of this one.",
    }),
    "blue-green": BlueGreen.optional().meta({
      description:
        "Two groups of targets: the idle one is changed and checked, then the traffic is switched.",
    }),
    "big-bang": BigBang.optional().meta({ description: "All targets at once, in a planned downtime." }),
  }),
  ["rolling", "blue-green", "big-bang"],
).meta({ description: "The order in which targets are changed: exactly one strategy." });
