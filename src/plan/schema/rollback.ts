import * as z from "zod";
import { Amount } from "./amount.ts";
import { Duration } from "./duration.ts";

const RollbackBudgets = z.strictObject({
  decide: Duration.prefault("5m").meta({ description: "From the trigger to the first undo." }),
  announce: Duration.prefault("5m").meta({ description: "Until people have been told." }),
  restore: Duration.prefault("30m").meta({ description: "Until everything is undone." }),
  verify: Duration.prefault("15m").meta({ description: "Until health and version are confirmed." }),
  review: Duration.prefault("24h").meta({ description: "Until the review is written." }),
});

export const RollbackSection = z
  .strictObject({
    parallel: Amount.prefault("33%").meta({
      description: "Targets undone side by side: a number, or a share of all (at least one).",
    }),
    budgets: RollbackBudgets.prefault({}).meta({
      description:
        "What the parts of a rollback may take; passing one is told to people, and never stops it.",
    }),
  })
  .meta({ description: "How the change is undone." });
