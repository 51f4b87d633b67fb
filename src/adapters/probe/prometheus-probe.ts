import type { Probe } from "../../plan/change.ts";
import { type Answer, exchange, type Question } from "./exchange.ts";
import { fillQuery } from "./fill-query.ts";
import { fillUrl, type Values } from "./fill-template.ts";
import { readQueryAnswer } from "./query-answer.ts";
import { judgeFailure, judgeValue, type Limits, type Sample, unknown } from "./sample.ts";

export type PrometheusProbe = Extract<Probe, { kind: "prometheus" }>;
export type PrometheusOrder = Readonly<{
  values: Values;
  /** Where `env:NAME` is looked up. */
  env: Readonly<Record<string, string | undefined>>;
  timeoutMs: number;
}>;

/** Servers and proxies in front of them take addresses of this length; a longer query is posted. */
const GET_CHARS_MAX = 1_500;
const REFERENCE = "env:";

type Prepared =
  | Readonly<{ ok: true; url: URL; question: Question }>
  | Readonly<{ ok: false; reason: string }>;

/**
 * One instant query, which has to give one number. All else is unknown: that a measurement could not
 * be had says nothing about the target. Never rejects; no text of the server is in the detail.
 */
export async function samplePrometheus(
  probe: PrometheusProbe & Limits,
  order: PrometheusOrder,
  stop: AbortSignal,
): Promise<Sample> {
  const prepared = prepare(probe, order);
  if (!prepared.ok) return unknown(prepared.reason);
  try {
    return judge(await exchange(prepared.url, prepared.question, stop), probe);
  } catch (error) {
    return { ...judgeFailure(error as NodeJS.ErrnoException), verdict: "unknown" };
  }
}

function judge(answer: Answer, limits: Limits): Sample {
  const read = readQueryAnswer(answer, Date.now());
  return read.ok ? judgeValue(read.value, limits, `measured ${read.value}`) : unknown(read.reason);
}

function prepare(probe: PrometheusProbe, { values, env, timeoutMs }: PrometheusOrder): Prepared {
  const server = probe.server.startsWith(REFERENCE)
    ? lookUp(probe.server, env)
    : fillUrl(probe.server, values);
  if (!server.ok) return server;
  const url = URL.canParse(server.text) ? new URL(server.text) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    return { ok: false, reason: "the server's address is not one of http or https" };
  if (url.username !== "" || url.password !== "")
    return { ok: false, reason: "the server's address holds credentials: use `bearer` or `basic`" };
  const query = fillQuery(probe.query, values);
  if (!query.ok) return query;
  const authorization = authorizationOf(probe, env);
  if (!authorization.ok) return authorization;

  url.hash = "";
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/api/v1/query`;
  const parameters = new URLSearchParams({ query: query.text, timeout: `${timeoutMs}ms` });
  const headers = {
    accept: "application/json",
    ...(authorization.text === "" ? {} : { authorization: authorization.text }),
  };
  if (query.text.length > GET_CHARS_MAX) {
    const form = { ...headers, "content-type": "application/x-www-form-urlencoded" };
    return { ok: true, url, question: { method: "POST", headers: form, body: parameters.toString() } };
  }
  for (const [name, value] of parameters) url.searchParams.set(name, value);
  return { ok: true, url, question: { headers } };
}

type Found = Readonly<{ ok: true; text: string }> | Readonly<{ ok: false; reason: string }>;

function authorizationOf({ bearer, basic }: PrometheusProbe, env: PrometheusOrder["env"]): Found {
  if (bearer !== null) {
    const token = lookUp(bearer, env);
    return token.ok ? headerOf("Bearer", token.text) : token;
  }
  if (basic === null) return { ok: true, text: "" };
  const pair = lookUp(basic, env);
  if (!pair.ok) return pair;
  if (!pair.text.includes(":"))
    return { ok: false, reason: `the variable ${nameOf(basic)} is not of the form user:password` };
  return headerOf("Basic", Buffer.from(pair.text).toString("base64"));
}

function headerOf(scheme: string, value: string): Found {
  if (/^[\x21-\x7e]+$/.test(value)) return { ok: true, text: `${scheme} ${value}` };
  return { ok: false, reason: "the credentials hold characters that no header takes" };
}

function lookUp(reference: string, env: PrometheusOrder["env"]): Found {
  const text = env[nameOf(reference)]?.trim() ?? "";
  if (text !== "") return { ok: true, text };
  return { ok: false, reason: `the variable ${nameOf(reference)} is not set here` };
}

function nameOf(reference: string): string {
  return reference.slice(REFERENCE.length);
}
