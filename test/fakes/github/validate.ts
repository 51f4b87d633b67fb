import { Ajv, type ValidateFunction } from "ajv";
import {
  type Body,
  description,
  type Parameter,
  type Route,
  resolveReference,
  type Schema,
} from "./description.ts";

// Formats are left alone: the description's own examples break them, and no code of ours reads one.
const options = { strict: false, validateFormats: false, allErrors: true } as const;
const components = { $id: "github", components: asJsonSchema(description.components) };
const bodies = new Ajv(options).addSchema(components);
const texts = new Ajv({ ...options, coerceTypes: true }).addSchema(components);
const compiled = new Map<string, ValidateFunction>();

const BASIC_ERROR: Schema = { $ref: "#/components/schemas/basic-error" };

export type Asked = Readonly<{
  route: Route;
  query: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: unknown;
}>;

/** Every way in which a request departs from GitHub's description. */
export function checkRequest({ route, query, headers, body }: Asked): string[] {
  return [
    ...checkParameters(route, "path", route.params),
    ...checkParameters(route, "query", query),
    ...checkRequestBody(route, body),
    ...checkHeaders(headers, body),
  ].map((problem) => `${route.name}: ${problem}`);
}

/** Every way in which an answer of ours departs from it: a fake that drifts proves nothing. */
export function checkAnswer(route: Route, status: number, body: unknown): string[] {
  const answer = route.operation.responses[String(status)];
  // GitHub describes few of its refusals; all of them have one shape.
  const refused = answer === undefined && status >= 400;
  if (answer === undefined && !refused) return [`${route.name}: answers ${status}, which is not described`];
  const schema = refused ? BASIC_ERROR : jsonSchema(resolveReference<Body>(answer!));
  if (schema === null) return [];
  return validate({ ajv: bodies, key: `${route.name} ${status}`, schema, value: body }).map(
    (problem) => `${route.name}: answer ${status}${problem}`,
  );
}

function checkParameters(
  route: Route,
  place: "path" | "query",
  given: Readonly<Record<string, string>>,
): string[] {
  const known = (route.operation.parameters ?? [])
    .map((parameter) => resolveReference<Parameter>(parameter))
    .filter((parameter) => parameter.in === place);
  const schema = {
    type: "object",
    additionalProperties: false,
    required: known.filter((parameter) => parameter.required).map((parameter) => parameter.name),
    properties: Object.fromEntries(known.map((parameter) => [parameter.name, parameter.schema])),
  };
  const problems = validate({ ajv: texts, key: `${route.name} ${place}`, schema, value: { ...given } });
  return problems.map((problem) => `${place}${problem}`);
}

function checkRequestBody(route: Route, body: unknown): string[] {
  const described = route.operation.requestBody;
  if (described === undefined) return body === undefined ? [] : ["sends a body where none is described"];
  if (body === undefined) return described.required === true ? ["sends no body"] : [];
  const schema = jsonSchema(described);
  if (schema === null) return [];
  // GitHub ignores keys that it does not know; a test must not.
  const strict = "properties" in schema ? { ...schema, additionalProperties: false } : schema;
  const problems = validate({ ajv: bodies, key: `${route.name} body`, schema: strict, value: body });
  return problems.map((problem) => `body${problem}`);
}

function checkHeaders(headers: Asked["headers"], body: unknown): string[] {
  const problems: string[] = [];
  if (headers["user-agent"] === undefined) problems.push("sends no user-agent");
  if (headers["x-github-api-version"] !== "2022-11-28") problems.push("does not pin the API version");
  if (body !== undefined && !String(headers["content-type"]).startsWith("application/json")) {
    problems.push("sends a body that is not declared as JSON");
  }
  return problems;
}

type Check = Readonly<{ ajv: Ajv; key: string; schema: Schema; value: unknown }>;

function validate({ ajv, key, schema, value }: Check): string[] {
  const check = compiled.get(key) ?? ajv.compile(asJsonSchema(schema) as Schema);
  compiled.set(key, check);
  if (check(value)) return [];
  return (check.errors ?? []).map(
    (error) => `${error.instancePath} ${error.message ?? "is invalid"} ${JSON.stringify(error.params)}`,
  );
}

function jsonSchema(body: Body): Schema | null {
  return body.content?.["application/json"]?.schema ?? null;
}

/** OpenAPI 3.0 says `nullable` where JSON Schema has a type of its own, and has local references. */
function asJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asJsonSchema);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, entry]) => [key, asJsonSchema(entry)]);
  const { nullable, ...schema } = Object.fromEntries(entries) as Record<string, unknown>;
  if (typeof schema.$ref === "string") return { $ref: schema.$ref.replace(/^#/, "github#") };
  if (nullable !== true) return nullable === undefined ? schema : { ...schema, nullable };
  return { anyOf: [schema, { type: "null" }] };
}
