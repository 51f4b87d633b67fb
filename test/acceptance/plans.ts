export type PlanOptions = Readonly<{
  targets?: number;
  batches?: string;
  /** Shell text of the install step, before it records its effect. */
  install?: string;
  stepSeconds?: number;
  parallel?: number;
  maxUnavailable?: number;
}>;

/** Targets are files under v/; every effect of a step is a line in `log`, written by the step itself. */
export function localPlan(options: PlanOptions = {}): string {
  const {
    targets = 20,
    batches = "[1, 5]",
    install = ":",
    stepSeconds = 0,
    parallel = 5,
    maxUnavailable = 5,
  } = options;
  const last = String(targets).padStart(2, "0");
  return `
change-plan: 1
change: { id: CHG-7, title: Files }
targets:
  hosts: [{ name: "t[01:${last}]" }]
  connect: local
  version: cat "v/$TARGET_NAME"
strategy: { rolling: { batches: ${batches}, parallel: ${parallel}, max-unavailable: ${maxUnavailable} } }
apply:
  each:
    - name: Prepare
      run: sleep ${stepSeconds}; echo "$TARGET_NAME prepare" >> log
      undo: sleep ${stepSeconds}; echo "$TARGET_NAME unprepare" >> log
    - name: Install
      run: |
        ${install}
        sleep ${stepSeconds}; echo "$CHANGE_VERSION" > "v/$TARGET_NAME"; echo "$TARGET_NAME install" >> log
      undo: |
        sleep ${stepSeconds}; echo "$PREVIOUS_VERSION" > "v/$TARGET_NAME"; echo "$TARGET_NAME uninstall" >> log
health:
  every: 50ms
  pass: 2
  stable: 50ms
  deadline: 10s
  checks: [{ name: alive, run: 'test -s "v/$TARGET_NAME"' }]
`;
}

export const targetNames = (count: number) =>
  Array.from({ length: count }, (_, index) => `t${String(index + 1).padStart(2, "0")}`);
