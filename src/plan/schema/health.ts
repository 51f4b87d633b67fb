import * as z from "zod";
import { Duration, DurationOrZero } from "./duration.ts";
import { exactlyOneOf } from "./one-of.ts";
import { limits, PROBE_KEYS, probes } from "./probe.ts";
import { Label } from "./text.ts";

const HealthCheck = exactlyOneOf(
  z.strictObject({
    name: Label.meta({ description: "Triggers and records refer to the check by it.", examples: ["alive"] }),
    ...probes,
    on: z.enum(["targets", "runner"]).optional().meta({
      description: "Where a `run` check runs. Default: targets, or the runner with `scope: service`.",
    }),
    scope: z.enum(["target", "service"]).prefault("target").meta({
      description: "target: asked of each target; service: asked once for all of them.",
    }),
    ...limits,
    baseline: Duration.optional().meta({
      description: "Measure for so long before the start, so that triggers can compare with it.",
    }),
  }),
  PROBE_KEYS,
);
export type HealthCheck = z.infer<typeof HealthCheck>;

export const HealthSection = z
  .strictObject({
    every: Duration.prefault("5s").meta({ description: "From one sample of a check to the next." }),
    pass: z.int().min(1).max(1_000).prefault(3).meta({
      description: "Healthy samples in a row; 3 passes at the third.",
    }),
    stable: DurationOrZero.optional().meta({
      description:
        "And healthy for so long; any failure restarts it. Default: 30s, or half the deadline if that is shorter.",
      examples: ["30s"],
    }),
    deadline: Duration.prefault("5m").meta({
      description: "A target that is not healthy by then has failed.",
    }),
    checks: z.array(HealthCheck).prefault([]).meta({ description: "What is asked; all must be healthy." }),
  })
  .meta({
    description: "What a target must show before its batch has passed, and while the change goes on.",
  });
