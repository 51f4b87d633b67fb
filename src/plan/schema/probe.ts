import * as z from "zod";
import { Duration } from "./duration.ts";
import { withHint } from "./hints.ts";
import { Command, EnvReference, HttpUrl } from "./text.ts";

const Http = z
  .strictObject({
    url: HttpUrl.meta({
      description: "`{host}`, `{name}`, `{zone}` and `{version}` are filled in, encoded.",
      examples: ["http://{host}:8080/healthz"],
    }),
    status: z
      .int()
      .min(100)
      .max(599)
      .prefault(200)
      .meta({ description: "The status that a healthy answer has." }),
    contains: z.string().min(1).max(1_000).optional().meta({ description: "Text that the body must hold." }),
  })
  .meta({ description: "A GET request; measures the time to the answer." });

const Tcp = z
  .strictObject({
    host: withHint(
      z
        .string()
        .regex(/^[^\s/@]+$/u)
        .max(255),
      'a host name or an address, such as "{host}"',
    ).meta({
      description: "`{host}`, `{name}`, `{zone}` and `{version}` are filled in.",
      examples: ["{host}"],
    }),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .meta({ description: "The port to connect to.", examples: [5432] }),
  })
  .meta({ description: "A connection that must open; measures the time that it took." });

const Prometheus = z
  .strictObject({
    server: withHint(
      z.union([EnvReference, HttpUrl]),
      "`env:` and the name of a variable, or an address that starts with http:// or https://",
    ).meta({ description: "The server, or the variable that names it.", examples: ["env:PROMETHEUS_URL"] }),
    query: withHint(z.string().regex(/\S/u).max(4_000), "a query that gives one number").meta({
      description: "Gives one number; `{host}`, `{name}`, `{zone}` and `{version}` are filled in, encoded.",
      examples: ['cpu_percent{instance="{name}"}'],
    }),
    bearer: EnvReference.optional().meta({
      description: "The variable that holds the server's bearer token.",
      examples: ["env:PROMETHEUS_TOKEN"],
    }),
    basic: EnvReference.optional().meta({
      description: "The variable that holds `user:password`, instead of a bearer token.",
      examples: ["env:PROMETHEUS_LOGIN"],
    }),
  })
  .meta({ description: "A query; measures the number that it gives." });

/** How a sample is taken: exactly one of these keys. */
export const probes = {
  http: Http.optional(),
  tcp: Tcp.optional(),
  run: Command.optional().meta({
    description: "A command: exit 0 is healthy, and with a limit the last number that it prints is measured.",
  }),
  prometheus: Prometheus.optional(),
};
export const PROBE_KEYS = ["http", "tcp", "run", "prometheus"] as const;

const Limit = withHint(
  z.union([z.number().transform((value) => ({ value })), Duration.transform((ms) => ({ ms }))]),
  "a number such as 80, or for http and tcp a duration such as 3s",
);
export type Limit = z.infer<typeof Limit>;

/** What a sample is held against. Both limits are exclusive. */
export const limits = {
  below: Limit.optional().meta({
    description: "The measured value must be below this.",
    examples: ["3s", 80],
  }),
  above: Limit.optional().meta({ description: "The measured value must be above this.", examples: [500] }),
  timeout: Duration.optional().meta({
    description: "One sample may take so long. Default: 5s, or the health deadline if that is shorter.",
  }),
};
