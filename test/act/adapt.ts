import { readFileSync } from "node:fs";
import { parse, stringify } from "yaml";

type Step = Record<string, unknown> & { uses?: string; run?: string; with?: Record<string, unknown> };
type Job = {
  uses?: string;
  environment?: Record<string, unknown>;
  concurrency?: Record<string, unknown>;
  steps?: Step[];
};

export const ACTION = "./.actions/change-deploy";
export const UPLOAD = "./.actions/upload-artifact";

/**
 * A workflow as act can run it: the same jobs, conditions, outputs and steps. Only what act's own schema lacks is
 * left out (`queue`, `deployment`), and what would be fetched from a server is taken from the workspace: our
 * action (`$/`, `OWNER/change-deploy@v1`), our workflows, and the action that uploads artifacts.
 */
export function adaptForAct(file: string): string {
  const workflow = parse(readFileSync(file, "utf8")) as { concurrency?: object; jobs: Record<string, Job> };
  for (const job of Object.values(workflow.jobs)) {
    delete job.concurrency?.queue;
    delete job.environment?.deployment;
    if (job.uses !== undefined) job.uses = localWorkflow(job.uses);
    for (const step of job.steps ?? []) adaptStep(step);
  }
  return stringify(workflow);
}

function localWorkflow(uses: string): string {
  return uses.replace(/^(\$|OWNER\/change-deploy)\/(\.github\/workflows\/[\w-]+\.yml)(@v1)?$/, "./$2");
}

function adaptStep(step: Step): void {
  if (step.uses?.startsWith("actions/upload-artifact@")) step.uses = UPLOAD;
  if (step.uses !== "$/" && step.uses !== "OWNER/change-deploy@v1") return;
  step.uses = ACTION;
}
