import * as z from "zod";
import { Action } from "./apply.ts";
import { Command } from "./text.ts";

const Preparation = Action.extend({
  finally: Command.optional().meta({
    description: "Runs at the end, whatever the outcome.",
    examples: ["./ops/banner off"],
  }),
});

export const PrepareSection = z
  .array(Preparation)
  .meta({ description: "Once, in order, before the first step: announce, restrict access, watch." });
