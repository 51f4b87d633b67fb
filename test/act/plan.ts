import type { Stage } from "./stage.ts";

export const names = ["t01", "t02", "t03", "t04", "t05", "t06"];

type Options = Readonly<{
  /** Shell text of the step, before it has its effect. */
  install?: string;
  place?: string;
  id?: string;
  more?: string;
  approvals?: string;
}>;

/** Six targets, two at a time; they are files outside of the repository, since each job has its own copy of that. */
export function writePlan(stage: Stage, options: Options = {}): void {
  const { install = ":", place = "changes/deploy.yml", id = "CHG-9", more = "" } = options;
  const { approvals = "approvals: [{ environment: production, from: [rita] }]" } = options;
  const file = `${stage.at("v")}/$TARGET_NAME`;
  stage.write(
    `shop/${place}`,
    `
change-plan: 1
change: { id: ${id}, title: Files }
targets: { hosts: [{ name: "t[01:06]" }], version: 'cat "${file}"' }
strategy: { rolling: { batches: [2], parallel: 2, max-unavailable: 2 } }
apply:
  each:
    - name: Install
      run: |
        echo "$TARGET_NAME" >> ${stage.at("started")}
        ${install}
        echo "$CHANGE_VERSION" > "${file}"
      undo: echo "$PREVIOUS_VERSION" > "${file}"
health: { every: 50ms, pass: 1, stable: 0s, deadline: 10s, checks: [{ name: alive, on: runner, run: 'test -s "${file}"' }] }
${approvals}
${more}`,
  );
  for (const name of names) if (stage.read(`v/${name}`) === "") stage.write(`v/${name}`, "1.0\n");
  stage.commit();
}
