import * as z from "zod";
import { Duration } from "./duration.ts";
import { withHint } from "./hints.ts";
import { Label } from "./text.ts";
import { LocalDateTime, MomentOrTime } from "./time.ts";

const Day = z.enum(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]);

const Window = z
  .strictObject({
    days: z
      .array(Day)
      .min(1)
      .max(7)
      .optional()
      .meta({
        description: "Makes the window weekly; `from` and `to` are then times of day.",
        examples: [["sat", "sun"]],
      }),
    from: MomentOrTime.meta({ description: "When it opens.", examples: ["2026-11-27T18:00", "22:00"] }),
    to: MomentOrTime.meta({
      description: "When it closes; a weekly window may cross midnight.",
      examples: ["2026-11-29T12:00", "05:00"],
    }),
  })
  .meta({ description: "When the change may run." });

const Freeze = z
  .strictObject({
    from: LocalDateTime.meta({ description: "When it begins.", examples: ["2026-12-20T00:00"] }),
    to: LocalDateTime.meta({ description: "When it ends.", examples: ["2027-01-04T00:00"] }),
    reason: Label.optional().meta({
      description: "Shown to whoever is refused.",
      examples: ["Year-end close"],
    }),
  })
  .meta({ description: "When no change may run, whatever the windows say." });

const PhaseBudgets = z.strictObject({
  prepare: Duration.optional().meta({ description: "Preflight and preparation.", examples: ["4h"] }),
  backup: Duration.optional().meta({
    description: "Making, verifying and keeping the backups.",
    examples: ["2h"],
  }),
  apply: Duration.optional().meta({ description: "Applying the change to all targets.", examples: ["6h"] }),
  verify: Duration.optional().meta({
    description: "The verification after the last batch.",
    examples: ["3h"],
  }),
  resume: Duration.optional().meta({ description: "Giving the service back.", examples: ["1h"] }),
});

export const ScheduleSection = z
  .strictObject({
    timezone: withHint(
      z.string().regex(/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/),
      "the IANA name of a time zone, such as Asia/Seoul or UTC",
    )
      .prefault("UTC")
      .meta({ description: "The IANA time zone of every time below; daylight saving is honoured." }),
    windows: z.array(Window).max(200).prefault([]).meta({
      description: "When the change may run; with none, at any time.",
    }),
    freezes: z
      .array(Freeze)
      .max(200)
      .prefault([])
      .meta({ description: "When it may not: a freeze beats a window." }),
    outside: z.enum(["fail", "wait"]).prefault("fail").meta({
      description: "What a start outside the windows does.",
    }),
    "wait-limit": Duration.optional().meta({
      description: "With `outside: wait`: the longest wait for the next opening.",
      examples: ["2h"],
    }),
    "at-end": z.enum(["hold", "rollback"]).prefault("hold").meta({
      description: "What the end of the window does to a change that is not finished.",
    }),
    budgets: PhaseBudgets.prefault({}).meta({ description: "What each phase may take." }),
  })
  .meta({ description: "When the change may run, and how long its phases may take." });
