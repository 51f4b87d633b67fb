import type { Finding } from "../finding.ts";
import type { PlanPath } from "../path.ts";
import {
  listPlaceholders,
  listQueryPlaceholders,
  PLACEHOLDERS,
  TARGET_PLACEHOLDERS,
} from "../placeholders.ts";
import type { PlanDocument } from "../schema/plan.ts";

type Address = Readonly<{
  text: string;
  path: PlanPath;
  kind: "url" | "host" | "query";
  /** Whether each target is asked, or the whole service once. */
  perTarget: boolean;
}>;

/** Addresses that can never be asked, and secrets that do not belong into a plan. */
export function checkUrls(plan: PlanDocument): Finding[] {
  return listAddresses(plan).flatMap((address) => {
    const found = checkPlaceholders(address);
    return found.length > 0 || address.kind !== "url" ? found : checkForm(address);
  });
}

function listAddresses({ health, preflight, verify, team }: PlanDocument): Address[] {
  return [
    ...health.checks.flatMap((check, index) =>
      addressesOf(check, ["health", "checks", index], check.scope === "target"),
    ),
    ...preflight.flatMap((check, index) => addressesOf(check, ["preflight", index], check.on === "targets")),
    ...verify.flatMap((check, index) => addressesOf(check, ["verify", index], check.on === "targets")),
    ...(team?.contacts ?? []).flatMap(({ test }, index) =>
      test === undefined ? [] : addressesOf(test, ["team", "contacts", index, "test"], false),
    ),
  ];
}

type Addressed = Readonly<{
  http?: { url: string } | undefined;
  tcp?: { host: string } | undefined;
  prometheus?: { server: string; query: string } | undefined;
}>;

function addressesOf({ http, tcp, prometheus }: Addressed, path: PlanPath, perTarget: boolean): Address[] {
  const found: Address[] = [];
  const add = (kind: Address["kind"], text: string, key: readonly string[]) =>
    found.push({ kind, text, path: [...path, ...key], perTarget });
  if (http !== undefined) add("url", http.url, ["http", "url"]);
  if (tcp !== undefined) add("host", tcp.host, ["tcp", "host"]);
  if (prometheus !== undefined) add("query", prometheus.query, ["prometheus", "query"]);
  // The server is one for all.
  if (prometheus !== undefined && !prometheus.server.startsWith("env:")) {
    found.push({
      kind: "url",
      text: prometheus.server,
      path: [...path, "prometheus", "server"],
      perTarget: false,
    });
  }
  return found;
}

function checkPlaceholders({ text, path, kind, perTarget }: Address): Finding[] {
  const names = kind === "query" ? listQueryPlaceholders(text) : listPlaceholders(text);
  return names.flatMap((name) => {
    if (!PLACEHOLDERS.includes(name)) return [unknown(name, path, kind === "query")];
    return perTarget || !TARGET_PLACEHOLDERS.includes(name) ? [] : [ofNoTarget(name, path)];
  });
}

function unknown(name: string, path: PlanPath, isQuery: boolean): Finding {
  const known = PLACEHOLDERS.map((placeholder) => `{${placeholder}}`).join(", ");
  return {
    code: "unknown-placeholder",
    path,
    message: `\`{${name}}\` stands for nothing here.`,
    hint: isQuery
      ? `Write one of ${known}; a label is matched as in {instance="{name}"}.`
      : `Write one of ${known}; a brace that is meant as such is written %7B or %7D.`,
  };
}

function ofNoTarget(name: string, path: PlanPath): Finding {
  return {
    code: "placeholder-of-no-target",
    path,
    message: `\`{${name}}\` stands for one target, and this is asked once for all of them.`,
    hint: "Let each target be asked (`scope: target` in `health`, `on: targets` elsewhere), or write the address out.",
  };
}

function checkForm({ text, path }: Address): Finding[] {
  // A digit is right wherever a placeholder may stand: in a name, a port and a path.
  const sample = text.replaceAll(/\{[a-z]+\}/g, "1");
  const url = URL.canParse(sample) ? new URL(sample) : null;
  if (url === null) {
    return [
      {
        code: "malformed-url",
        path,
        message: "This is not the address of anything.",
        hint: "Write http:// or https://, a host, and a path, such as http://{host}:8080/healthz.",
      },
    ];
  }
  if (url.username === "" && url.password === "") return [];
  return [
    {
      code: "secret-in-url",
      path,
      message: "The address holds a user name or a password.",
      hint: "Secrets are never in a plan: use a `run` check that reads them from its environment.",
    },
  ];
}
