import * as z from "zod";
import type { Answer } from "./exchange.ts";

/** What a server looks back for a sample, by default; a number that is older than that is of another time. */
const STALE_MS = 5 * 60_000;
const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i;

const Point = z.tuple([z.number(), z.string()]);
const Answered = z.object({
  status: z.literal("success"),
  warnings: z.array(z.unknown()).optional(),
  data: z.discriminatedUnion("resultType", [
    z.object({ resultType: z.literal("scalar"), result: Point }),
    z.object({
      resultType: z.literal("vector"),
      result: z.array(z.object({ value: Point.optional(), histogram: z.unknown().optional() })),
    }),
    z.object({ resultType: z.literal("matrix"), result: z.unknown() }),
    z.object({ resultType: z.literal("string"), result: z.unknown() }),
  ]),
});
const Failed = z.object({ status: z.literal("error"), errorType: z.string() });

export type Reading = Readonly<{ ok: true; value: number }> | Readonly<{ ok: false; reason: string }>;

/** The one number of an instant query's answer, or why there is none; never a word of the server's own. */
export function readQueryAnswer(answer: Answer, nowMs: number): Reading {
  const json = parseJson(answer);
  if (answer.status !== 200) return none(`the server answered HTTP ${answer.status}${errorType(json)}`);
  if (!/^application\/json\b/i.test(answer.headers["content-type"] ?? ""))
    return none("the server's answer is not JSON");
  if (answer.isCut) return none("the server's answer is too long for one number");
  const parsed = Answered.safeParse(json);
  if (!parsed.success) return none(`the server's answer is not that of a query${errorType(json)}`);
  const { data, warnings } = parsed.data;
  if (warnings !== undefined && warnings.length > 0)
    return none("the server warns that the result is not whole");
  if (data.resultType === "scalar") return readPoint(data.result, answer, nowMs);
  if (data.resultType !== "vector") return none(`the query gives a ${data.resultType}, not one number`);
  const [first, ...others] = data.result;
  if (first === undefined) return none("the query gives nothing");
  if (others.length > 0) return none(`the query gives ${data.result.length} series, not one`);
  return first.value === undefined
    ? none("the query gives a histogram, not one number")
    : readPoint(first.value, answer, nowMs);
}

function readPoint([seconds, text]: z.infer<typeof Point>, answer: Answer, nowMs: number): Reading {
  if (!NUMBER.test(text) || !Number.isFinite(Number(text))) return none("the query gives no finite number");
  // By the server's own clock, where it says what that shows: ours may be off.
  const servedMs = Date.parse(answer.headers.date ?? "") || nowMs;
  const ageMs = servedMs - seconds * 1_000;
  if (ageMs > STALE_MS) return none(`the measurement is ${Math.round(ageMs / 1_000)} s old`);
  if (ageMs < -STALE_MS) return none("the measurement is of a time that is still to come");
  return { ok: true, value: Number(text) };
}

/** The API's own word for a failure, if it is no more than a word. */
function errorType(json: unknown): string {
  const failed = Failed.safeParse(json);
  return failed.success && /^[a-z_]{1,40}$/.test(failed.data.errorType) ? ` (${failed.data.errorType})` : "";
}

function parseJson({ body, isCut }: Answer): unknown {
  try {
    return isCut ? null : JSON.parse(body.toString("utf8"));
  } catch {
    return null;
  }
}

function none(reason: string): Reading {
  return { ok: false, reason };
}
