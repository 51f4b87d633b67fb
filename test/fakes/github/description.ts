import { readFileSync } from "node:fs";

/** The parts of OpenAPI 3.0 that GitHub's description uses for our operations. */
export type Schema = Readonly<Record<string, unknown>>;
export type Parameter = Readonly<{
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema: Schema;
}>;
export type Body = Readonly<{ required?: boolean; content?: Readonly<Record<string, { schema?: Schema }>> }>;
export type Operation = Readonly<{
  parameters?: readonly (Parameter | { $ref: string })[];
  requestBody?: Body;
  responses: Readonly<Record<string, Body | { $ref: string }>>;
}>;

type Description = Readonly<{
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}>;

const file = new URL("../../contract/openapi/github.json", import.meta.url);

/** GitHub's own description, cut down to what we call: see test/contract/openapi/readme.md. */
export const description = JSON.parse(readFileSync(file, "utf8")) as Description;

export type Route = Readonly<{
  name: string;
  operation: Operation;
  params: Readonly<Record<string, string>>;
}>;

const routes = Object.entries(description.paths).map(([template, operations]) => ({
  template,
  pattern: new RegExp(`^${template.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
  operations,
}));

/** The described operation that a request names, as `POST /repos/{owner}/{repo}/issues`. */
export function findRoute(method: string, path: string): Route | null {
  for (const { template, pattern, operations } of routes) {
    const match = pattern.exec(path);
    const operation = operations[method.toLowerCase()];
    if (match === null || operation === undefined) continue;
    const params = Object.entries(match.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]);
    return { name: `${method} ${template}`, operation, params: Object.fromEntries(params) };
  }
  return null;
}

/** Follows one `$ref` into the components. */
export function resolveReference<T extends object>(value: T | { $ref: string }): T {
  if (!("$ref" in value)) return value;
  const [group = "", name = ""] = value.$ref.replace("#/components/", "").split("/");
  return description.components[group]?.[name] as T;
}
