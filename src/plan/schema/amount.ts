import * as z from "zod";
import { withHint } from "./hints.ts";

/** A share above nothing: `33%` is the number 33 in the document. */
export const Percent = withHint(
  z
    .string()
    .regex(/^(100|[1-9][0-9]?(\.[0-9]{1,4})?|0\.[0-9]{0,3}[1-9])%$/)
    .transform((text) => Number(text.slice(0, -1))),
  "a percentage above 0% and up to 100%, such as 25%",
);

/** A worsening may be more than double: `150%` is the number 150 in the document. */
export const Growth = withHint(
  z
    .string()
    .regex(/^[1-9][0-9]{0,4}%$/)
    .transform((text) => Number(text.slice(0, -1))),
  "a whole percentage from 1%, such as 50%",
);

const Count = z
  .int()
  .min(1)
  .max(100_000)
  .transform((count) => ({ count }));

/** A number of targets, outright or as a share of all of them. */
export const Amount = withHint(
  z.union([Count, Percent.transform((percent) => ({ percent }))]),
  "a whole number from 1, such as 5, or a percentage above 0% and up to 100%, such as 25%",
);
export type Amount = z.infer<typeof Amount>;
