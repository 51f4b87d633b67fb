import { createServer, type IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { createProber } from "../../../src/adapters/probe/prober.ts";
import type { Check, Probe, Target } from "../../../src/plan/change.ts";
import { check, closedPort, listen, never, open, target } from "./setup.ts";

type Asked = Readonly<{
  method: string | undefined;
  path: string;
  parameters: URLSearchParams;
  headers: IncomingMessage["headers"];
}>;
type Reply = Readonly<{ status?: number; type?: string; body: unknown; date?: string }>;

const NOW = () => Date.now() / 1_000;
const SERVED_S = Date.parse("2026-11-27T18:00:00Z") / 1_000;
const SERVED = new Date(SERVED_S * 1_000).toUTCString();
const scalar = (value: string, at = NOW()) => success({ resultType: "scalar", result: [at, value] });
const vector = (...values: string[]) =>
  success({
    resultType: "vector",
    result: values.map((value, n) => ({ metric: { n: `${n}` }, value: [NOW(), value] })),
  });
const success = (data: unknown, more: object = {}): Reply => ({ body: { status: "success", data, ...more } });

/** A server that speaks the API; gives its port and what it was asked. */
async function speaking(reply: () => Reply) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "", "http://prometheus");
    let body = "";
    for await (const chunk of request) body += chunk;
    const parameters = request.method === "POST" ? new URLSearchParams(body) : url.searchParams;
    asked.push({ method: request.method, path: url.pathname, parameters, headers: request.headers });
    const { status = 200, type = "application/json", body: answer, date } = reply();
    if (date !== undefined) response.setHeader("date", date);
    response.writeHead(status, { "content-type": type });
    response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
  });
  return { port: await open(server), asked };
}

type PrometheusProbe = Extract<Probe, { kind: "prometheus" }>;
type More = Readonly<{ env?: Record<string, string>; check?: Partial<Check>; target?: Partial<Target> }>;

function measure(probe: Partial<PrometheusProbe>, more: More = {}) {
  const whole: PrometheusProbe = {
    kind: "prometheus",
    server: "",
    query: "up",
    bearer: null,
    basic: null,
    ...probe,
  };
  const refuse = () => Promise.reject(new Error("no command was to be run"));
  const prober = createProber({
    commands: { run: refuse, probe: refuse },
    version: "2.0",
    env: more.env ?? {},
  });
  return prober.sample(check(whole, more.check), { ...target, ...more.target }, {}, never);
}

async function answerOf(reply: Reply, limits: Partial<Check> = {}) {
  const { port } = await speaking(() => reply);
  return measure({ server: `http://127.0.0.1:${port}` }, { check: limits });
}

describe("a query that gives one number", () => {
  it.each([
    [scalar("42"), { below: 80 }, { verdict: "healthy", value: 42, detail: "measured 42" }],
    [vector("79.9"), { below: 80 }, { verdict: "healthy", value: 79.9 }],
    [
      vector("80"),
      { below: 80 },
      { verdict: "unhealthy", value: 80, detail: "measured 80, which is not below 80" },
    ],
    [vector("0"), { above: 0 }, { verdict: "unhealthy", value: 0 }],
    [vector("-1.5e-07"), { below: 0 }, { verdict: "healthy", value: -1.5e-7 }],
    [vector("1e+06"), { above: 10 }, { verdict: "healthy", value: 1_000_000 }],
    [
      success({ resultType: "scalar", result: [NOW(), "1"] }, { infos: ["x"], warnings: [] }),
      {},
      { verdict: "healthy" },
    ],
  ])("%j is held against %j", async (reply, limits, expected) => {
    expect(await answerOf(reply, limits)).toMatchObject({ check: "alive", target: "web-01", ...expected });
  });
});

describe("an answer that is no number of now", () => {
  const past = new Date(Date.now() - 3_600_000).toUTCString();
  it.each<[string, Reply, string]>([
    ["nothing", vector(), "the query gives nothing"],
    ["several series", vector("1", "2"), "the query gives 2 series, not one"],
    ["NaN", vector("NaN"), "the query gives no finite number"],
    ["infinity", scalar("+Inf"), "the query gives no finite number"],
    ["minus infinity", vector("-Inf"), "the query gives no finite number"],
    ["more than a number holds", vector("1e999"), "the query gives no finite number"],
    ["hexadecimal", vector("0x10"), "the query gives no finite number"],
    ["no text", vector(""), "the query gives no finite number"],
    ["an old one", { ...scalar("1", SERVED_S - 301), date: SERVED }, "the measurement is 301 s old"],
    ["one of the future", scalar("1", NOW() + 400), "the measurement is of a time that is still to come"],
    [
      "one that the server's clock calls future",
      { ...scalar("1"), date: past },
      "the measurement is of a time that is still to come",
    ],
    [
      "a warning",
      success({ resultType: "scalar", result: [NOW(), "1"] }, { warnings: ["@all ::error::"] }),
      "the server warns that the result is not whole",
    ],
    ["a matrix", success({ resultType: "matrix", result: [] }), "the query gives a matrix, not one number"],
    [
      "a string",
      success({ resultType: "string", result: [1, "x"] }),
      "the query gives a string, not one number",
    ],
    [
      "a histogram",
      success({ resultType: "vector", result: [{ metric: {}, histogram: [1, {}] }] }),
      "the query gives a histogram, not one number",
    ],
    [
      "an error",
      { status: 400, body: { status: "error", errorType: "bad_data", error: "::error::x" } },
      "the server answered HTTP 400 (bad_data)",
    ],
    [
      "an error of its own making",
      { status: 422, body: { status: "error", errorType: "@octocat" } },
      "the server answered HTTP 422",
    ],
    [
      "an error that calls itself fine",
      { body: { status: "error", errorType: "timeout" } },
      "the server's answer is not that of a query (timeout)",
    ],
    ["a refusal", { status: 401, type: "text/plain", body: "who?" }, "the server answered HTTP 401"],
    ["a redirect", { status: 302, body: "" }, "the server answered HTTP 302"],
    ["a page", { type: "text/html", body: scalar("1").body }, "the server's answer is not JSON"],
    ["torn JSON", { body: '{"status":"success","data":' }, "the server's answer is not that of a query"],
    [
      "another shape",
      { body: { status: "success", data: { resultType: "scalar", result: "1" } } },
      "the server's answer is not that of a query",
    ],
    [
      "too much",
      success({ resultType: "vector", result: [{ metric: { x: "x".repeat(70_000) }, value: [NOW(), "1"] }] }),
      "the server's answer is too long for one number",
    ],
  ])("is unknown: %s", async (_, reply, detail) => {
    expect(await answerOf(reply, { below: 80 })).toMatchObject({ verdict: "unknown", value: null, detail });
  });

  it("is unknown where there is no server, none that answers, and none in time", async () => {
    const closed = await measure({ server: `http://127.0.0.1:${await closedPort()}` });
    expect(closed).toMatchObject({ verdict: "unknown", detail: "connection refused" });
    const port = await listen(() => {});
    const slow = await measure({ server: `http://127.0.0.1:${port}` }, { check: { timeoutMs: 80 } });
    expect(slow).toMatchObject({ verdict: "unknown", detail: "no complete answer within 80 ms" });
    expect(await measure({ server: "http://169.254.169.254/" })).toMatchObject({ verdict: "unknown" });
  });
});

describe("how the server is asked", () => {
  it("is one request for the instant, below the path that the address has", async () => {
    const { port, asked } = await speaking(() => scalar("1"));
    await measure(
      { server: "env:PROM", query: 'up{instance="{name}:{host}"}' },
      { env: { PROM: `http://127.0.0.1:${port}/prom/?tenant=a#x\n` }, check: { timeoutMs: 9_000 } },
    );
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ method: "GET", path: "/prom/api/v1/query" });
    expect(Object.fromEntries(asked[0]?.parameters ?? [])).toEqual({
      tenant: "a",
      query: 'up{instance="web-01:127.0.0.1"}',
      timeout: "9000ms",
    });
    expect(asked[0]?.headers.authorization).toBeUndefined();
  });

  it("is by POST where the query is too long for an address", async () => {
    const { port, asked } = await speaking(() => scalar("1"));
    const query = `sum(up{a="${"é".repeat(3_000)}"})`;
    expect(await measure({ server: `http://127.0.0.1:${port}`, query })).toMatchObject({
      verdict: "healthy",
    });
    expect(asked[0]?.method).toBe("POST");
    expect(asked[0]?.parameters.get("query")).toBe(query);
  });

  it.each([
    [{ bearer: "env:TOKEN" }, { TOKEN: "t0ken\n" }, "Bearer t0ken"],
    [{ basic: "env:LOGIN" }, { LOGIN: "us:pä ss" }, `Basic ${Buffer.from("us:pä ss").toString("base64")}`],
  ])("is with the credentials %j", async (login, env, header) => {
    const { port, asked } = await speaking(() => scalar("1"));
    await measure({ server: `http://127.0.0.1:${port}`, ...login }, { env });
    expect(asked[0]?.headers.authorization).toBe(header);
  });

  it.each([
    [{ server: "env:PROM" }, {}, "the variable PROM is not set here"],
    [{ server: "env:PROM" }, { PROM: "prometheus:9090" }, "the server's address is not one of http or https"],
    [
      { server: "env:PROM" },
      { PROM: "http://u:hunter2@h/" },
      "the server's address holds credentials: use `bearer` or `basic`",
    ],
    [{ bearer: "env:TOKEN" }, {}, "the variable TOKEN is not set here"],
    [{ bearer: "env:TOKEN" }, { TOKEN: "a\r\nx: y" }, "the credentials hold characters that no header takes"],
    [{ basic: "env:LOGIN" }, { LOGIN: "hunter2" }, "the variable LOGIN is not of the form user:password"],
    [{ query: 'up{a="{zone}"}' }, {}, "the target has no zone"],
  ])("is not at all with %j and %j", async (probe, env, detail) => {
    const { port, asked } = await speaking(() => scalar("1"));
    const server = `http://127.0.0.1:${port}`;
    const sampled = await measure({ server, ...probe }, { env, target: { zone: null } });
    expect(sampled).toMatchObject({ verdict: "unknown", detail });
    expect(asked).toEqual([]);
  });
});
