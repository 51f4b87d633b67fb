import type { Command } from "../cli/arguments.ts";
import { renderJson } from "../report/json.ts";
import { renderIssuesText } from "../report/plan-report.ts";
import { hasErrors, previewChange } from "./preview-change.ts";
import type { Io } from "./print-error.ts";
import { requestPlan } from "./request-plan.ts";

type Validate = Extract<Command, { kind: "validate" }>;

/** Resolves to the exit code. */
export async function validate(command: Validate, io: Io): Promise<number> {
  const { environment } = command;
  const request = await requestPlan(command.plan, { environment, version: null });
  const preview = await previewChange(request, Date.now());
  const failed = hasErrors(preview.issues) || (command.strict && preview.issues.length > 0);
  const digest = preview.ok ? preview.change?.digest : undefined;
  if (command.json) {
    const known = digest === undefined ? {} : { digest };
    io.answer(renderJson({ ok: !failed, ...known, issues: preview.issues }, 2));
  } else {
    io.print(renderIssuesText(preview.issues, command.plan, preview.planText));
    if (digest !== undefined) io.print(`Digest ${digest} (version ${request.version}, ${environment})`);
  }
  return failed ? 1 : 0;
}
