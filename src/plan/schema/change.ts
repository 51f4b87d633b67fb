import * as z from "zod";
import { HttpUrl, Label, Prose, Slug } from "./text.ts";

export const ChangeSection = z
  .strictObject({
    id: Slug.meta({
      description: "Names the change for ever: its journal, its issue and every log line carry it.",
      examples: ["CHG-2026-0142"],
    }),
    title: Label.meta({ description: "What changes, in one line for people.", examples: ["Checkout 4.2.0"] }),
    type: z.enum(["standard", "normal", "emergency"]).prefault("normal").meta({
      description:
        "standard: approved in advance, so it has been rehearsed (`requires`), can be undone and is of no high risk; normal: approved each time; emergency: may run outside a window, needs an approval that only `team.security` can give, and owes a review.",
    }),
    risk: z.enum(["low", "medium", "high"]).prefault("medium").meta({
      description: "How bad a failure would be; a high risk without a backup or an approval is a warning.",
    }),
    summary: Prose.optional().meta({ description: "Why the change is made and what people will notice." }),
    ticket: HttpUrl.optional().meta({
      description: "Where the change is tracked.",
      examples: ["https://tickets.example.com/CHG-2026-0142"],
    }),
  })
  .meta({ description: "What this change is." });
