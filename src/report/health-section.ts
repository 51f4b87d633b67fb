import type { Measurement } from "../rollout/event-parts.ts";
import type { ChangeState } from "../rollout/state.ts";
import { findCheck, formatMeasured, healthyLimit } from "./conditions.ts";
import { cell, codeCell, tableHead, tableRow } from "./markdown.ts";
import { formatCount } from "./wording.ts";

const SAMPLES_SHOWN = 50;

/** The samples that were not healthy when they were last looked at. */
export function renderHealth(state: ChangeState): string | null {
  const { health } = state.change;
  if (health.checks.length + health.service.length === 0) return null;
  const rows: string[] = [];
  let sick = 0;
  for (const [name, { verdict, check, value, detail }] of listSamples(state)) {
    if (verdict === "healthy") continue;
    sick++;
    const known = findCheck(state.change, check);
    const measured = value === null ? "none" : formatMeasured(known, value);
    const limit = known === null ? "" : healthyLimit(known);
    if (rows.length < SAMPLES_SHOWN)
      rows.push(tableRow([cell(name), cell(check), verdict, measured, cell(limit), codeCell(detail)]));
  }
  const service = renderService(state);
  if (sick === 0) return `## Health\n\nNo check was failing when it was last looked at.${service}`;
  const more = sick > rows.length ? `\n\n_${formatCount(sick - rows.length)} more are in the journal._` : "";
  return `## Health\n\n${[tableHead(["Target", "Check", "Verdict", ">Measured", "Limit", "Detail"]), ...rows].join("\n")}${more}${service}`;
}

function* listSamples(state: ChangeState): Generator<readonly [string, Measurement]> {
  for (const measurement of state.service.measurements) yield ["service", measurement];
  for (const [name, { measurements }] of state.targets) {
    for (const measurement of measurements) yield [name, measurement];
  }
}

/** Of what is asked once for all targets, also the good news; with what it was before. */
function renderService({ change, service, progress }: ChangeState): string {
  if (change.health.service.length === 0) return "";
  const rows = change.health.service.map((check) => {
    const sample = service.measurements.find((one) => one.check === check.name);
    const value = sample?.value ?? null;
    const baseline = progress.baselines.get(check.name) ?? null;
    return tableRow([
      cell(check.name),
      sample?.verdict ?? "not asked",
      value === null ? "" : formatMeasured(check, value),
      baseline === null ? "" : formatMeasured(check, baseline),
      cell(healthyLimit(check)),
    ]);
  });
  const columns = ["Service check", "Verdict", ">Measured", ">Before the change", "Limit"];
  return `\n\n${[tableHead(columns), ...rows].join("\n")}`;
}
