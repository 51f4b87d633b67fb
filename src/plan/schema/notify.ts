import * as z from "zod";
import { Duration } from "./duration.ts";
import { EnvReference } from "./text.ts";

const Destination = z.strictObject({
  webhook: EnvReference.meta({
    description: "The variable that holds the address.",
    examples: ["env:SLACK_WEBHOOK"],
  }),
  format: z
    .enum(["slack", "teams", "json"])
    .prefault("json")
    .meta({ description: "What the receiver understands." }),
});

export const NotifySection = z
  .strictObject({
    before: Duration.optional().meta({
      description: "People are told so long before the start, which waits for it.",
      examples: ["30m"],
    }),
    to: z.array(Destination).prefault([]).meta({ description: "Where messages go, beside the issue." }),
  })
  .meta({ description: "Who is told, and how long before." });
