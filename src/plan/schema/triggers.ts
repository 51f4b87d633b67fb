import * as z from "zod";
import { Growth, Percent } from "./amount.ts";
import { Action } from "./apply.ts";
import { Duration, DurationOrZero } from "./duration.ts";
import { exactlyOneOf } from "./one-of.ts";
import { limits } from "./probe.ts";
import { Role } from "./team.ts";
import { Label, Slug } from "./text.ts";

const Condition = exactlyOneOf(
  z.strictObject({
    check: Label.optional().meta({
      description: "A check of `health.checks`, by its name.",
      examples: ["alive"],
    }),
    above: limits.above.meta({
      description: "It measures more than this; instead of the check's own limits.",
    }),
    below: limits.below.meta({
      description: "It measures less than this; instead of the check's own limits.",
    }),
    "worse-by": Growth.optional().meta({
      description: "It measures so much worse than its baseline.",
      examples: ["50%"],
    }),
    for: DurationOrZero.prefault("0s").meta({
      description: "And it holds over this whole time; a good sample restarts it.",
      examples: ["10m"],
    }),
    share: Percent.optional().meta({
      description: "On so large a share of the targets. Default: on any one.",
      examples: ["50%"],
    }),
    "issues-labelled": Label.optional().meta({
      description: "Open issues with this label, made since the start, are counted.",
      examples: ["incident"],
    }),
    "more-than": z
      .int()
      .min(0)
      .max(10_000)
      .optional()
      .meta({
        description: "With issues-labelled: how many are still accepted.",
        examples: [5],
      }),
  }),
  ["check", "issues-labelled"],
);

const Trigger = z.strictObject({
  name: Label.meta({ description: "What people see.", examples: ["outage"] }),
  severity: z.enum(["critical", "warning"]).meta({
    description: "critical: rolls back by itself; warning: holds and asks a person.",
  }),
  when: Condition.meta({ description: "What must be the case." }),
  restore: z
    .array(Slug)
    .min(1)
    .optional()
    .meta({
      description: "Backups that its rollback restores.",
      examples: [["database"]],
    }),
  respond: z.array(Action).min(1).optional().meta({ description: "Runs at once, before the rollback." }),
  tell: z
    .array(Role)
    .min(1)
    .optional()
    .meta({ description: "Parts of the team to name.", examples: [["security"]] }),
});

export const TriggersSection = z
  .array(Trigger)
  .meta({ description: "What rolls the change back, or asks a person whether to go on." });

export const OnWarningSection = z
  .strictObject({
    ask: Duration.prefault("15m").meta({ description: "How long a person may take to answer." }),
    otherwise: z.enum(["rollback", "continue", "hold"]).prefault("rollback").meta({
      description: "What happens when nobody does.",
    }),
  })
  .meta({ description: "What a warning does." });

/** What an absent section means; it stays absent in the plan. */
export const ON_WARNING_DEFAULT = OnWarningSection.parse({});
