import type { Finding } from "../finding.ts";
import type { PlanPath } from "../path.ts";
import { listPlaceholders, PLACEHOLDERS } from "../placeholders.ts";
import type { PlanDocument } from "../schema/plan.ts";

type Address = Readonly<{ text: string; path: PlanPath; isUrl: boolean }>;

/** Addresses that can never be asked, and secrets that do not belong into a plan. */
export function checkUrls(plan: PlanDocument): Finding[] {
  return listAddresses(plan).flatMap((address) => checkPlaceholders(address) ?? checkForm(address));
}

function listAddresses(plan: PlanDocument): Address[] {
  const lists = [
    { checks: plan.health.checks, path: ["health", "checks"] },
    { checks: plan.preflight, path: ["preflight"] },
    { checks: plan.verify, path: ["verify"] },
  ];
  const contacts = (plan.team?.contacts ?? []).flatMap(({ test }, index) =>
    test === undefined ? [] : addressesOf(test, ["team", "contacts", index, "test"]),
  );
  return [
    ...lists.flatMap(({ checks, path }) =>
      checks.flatMap((check, index) => addressesOf(check, [...path, index])),
    ),
    ...contacts,
  ];
}

type Addressed = Readonly<{
  http?: { url: string } | undefined;
  tcp?: { host: string } | undefined;
  prometheus?: { server: string } | undefined;
}>;

function addressesOf({ http, tcp, prometheus }: Addressed, path: PlanPath): Address[] {
  const found: Address[] = [];
  if (http !== undefined) found.push({ text: http.url, path: [...path, "http", "url"], isUrl: true });
  if (tcp !== undefined) found.push({ text: tcp.host, path: [...path, "tcp", "host"], isUrl: false });
  if (prometheus !== undefined && !prometheus.server.startsWith("env:")) {
    found.push({ text: prometheus.server, path: [...path, "prometheus", "server"], isUrl: true });
  }
  return found;
}

function checkPlaceholders({ text, path }: Address): Finding[] | null {
  const unknown = listPlaceholders(text).filter((name) => !PLACEHOLDERS.includes(name));
  if (unknown.length === 0) return null;
  return unknown.map((name) => ({
    code: "unknown-placeholder",
    path,
    message: `\`{${name}}\` stands for nothing here.`,
    hint: `Write one of ${PLACEHOLDERS.map((known) => `{${known}}`).join(", ")}; a brace that is meant as such is written %7B or %7D.`,
  }));
}

function checkForm({ text, path, isUrl }: Address): Finding[] {
  if (!isUrl) return [];
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
