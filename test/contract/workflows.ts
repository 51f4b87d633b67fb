import { readFileSync } from "node:fs";
import { parse } from "yaml";

export type Declared = Readonly<{
  description?: string;
  required?: boolean;
  default?: unknown;
  value?: string;
  type?: string;
}>;
export type Step = Readonly<{
  id?: string;
  name?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}>;
export type Job = Readonly<{
  name?: string;
  uses?: string;
  with?: Record<string, unknown>;
  secrets?: Record<string, unknown>;
  needs?: string | readonly string[];
  if?: string;
  permissions?: Record<string, string>;
  environment?: unknown;
  concurrency?: Record<string, unknown>;
  strategy?: Record<string, unknown>;
  outputs?: Record<string, string>;
  steps?: readonly Step[];
  "timeout-minutes"?: unknown;
}>;
export type Workflow = Readonly<{
  on: Record<string, unknown> & { workflow_call?: CallInterface };
  permissions?: Record<string, string>;
  jobs: Record<string, Job>;
}>;
export type CallInterface = Readonly<{
  inputs?: Record<string, Declared>;
  secrets?: Record<string, Declared>;
  outputs?: Record<string, Declared>;
}>;
export type Action = Readonly<{
  inputs: Record<string, Declared>;
  outputs: Record<string, Declared>;
  runs: Readonly<{ using: string; main: string; post: string }>;
}>;

export const loadWorkflow = (file: string): Workflow => parse(readFileSync(file, "utf8"));
export const loadAction = (): Action => parse(readFileSync("action.yml", "utf8"));
