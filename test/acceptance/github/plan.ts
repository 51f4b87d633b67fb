export type PlanParts = Readonly<{
  id?: string;
  targets?: number;
  batches?: string;
  parallel?: number;
  /** Shell text of the step, before it has its effect; it stands in the targets' folder. */
  install?: string;
  undo?: string;
  /** More lines of `health.checks`. */
  checks?: string;
  /** Further sections of the plan. */
  more?: string;
}>;

/**
 * Targets are files under v/, at one place on the disk, so that every checkout finds the same ones. What a step
 * does is a line in `log`, written by the step itself.
 */
export function planText(at: string, parts: PlanParts = {}): string {
  const { id = "CHG-5", targets = 3, batches = "[1]", parallel = 3 } = parts;
  const { install = ":", undo = ":", checks = "", more = "" } = parts;
  const last = String(targets).padStart(3, "0");
  return `
change-plan: 1
change: { id: ${id}, title: Files of the shop${more.includes("emergency") ? ", type: emergency" : ""} }
targets: { hosts: [{ name: "t[001:${last}]" }], version: 'cat "${at}/v/$TARGET_NAME"' }
strategy: { rolling: { batches: ${batches}, parallel: ${parallel}, max-unavailable: ${targets} } }
apply:
  each:
    - name: Install
      run: |
        cd "${at}"; echo "$TARGET_NAME run" >> log
        ${install}
        echo "$CHANGE_VERSION" > "v/$TARGET_NAME"
      undo: |
        cd "${at}"; echo "$TARGET_NAME undo" >> log
        ${undo}
        echo "$PREVIOUS_VERSION" > "v/$TARGET_NAME"
health:
  every: 50ms
  pass: 1
  stable: 0s
  deadline: 2s
  checks:
    - { name: alive, on: runner, run: 'test -s "${at}/v/$TARGET_NAME"' }
${checks}
${more}`;
}

/** Healthy as it is, and slow enough from the second target on for somebody to be asked. */
export function askingPlan(at: string, ask = "60s", otherwise = "rollback"): PlanParts {
  return {
    checks: `    - { name: speed, scope: service, run: 'cat "${at}/ms" 2>/dev/null || echo 10', below: 100 }`,
    install: '[ "$TARGET_NAME" != t002 ] || echo 60 > ms',
    undo: "rm -f ms",
    more: `
team: { manager: [mona], engineers: [otto] }
triggers: [{ name: slow, severity: warning, when: { check: speed, above: 50 } }]
on-warning: { ask: ${ask}, otherwise: ${otherwise} }
`,
  };
}
