import * as z from "zod";
import { withHint } from "./hints.ts";

/** A moment on the wall clock of the schedule's time zone. Whether the day exists is a rule's to say. */
export const LocalDateTime = withHint(
  z
    .string()
    .regex(/^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$/),
  "a date and a time without a zone, such as 2026-11-27T18:00",
);

/** Either a moment, or a time of day for a weekly window. */
export const MomentOrTime = withHint(
  z
    .string()
    .regex(
      /^([0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T)?([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$/,
    ),
  'a date and a time such as 2026-11-27T18:00, or with `days` a time of day such as "22:00"',
);
