import type { Random } from "../../src/rehearsal/random.ts";

export const STRATEGIES = ["rolling", "blue-green", "big-bang"] as const;
export type Strategy = (typeof STRATEGIES)[number];

export const TARGETS = Array.from({ length: 50 }, (_, index) => `t${String(index + 1).padStart(2, "0")}`);

/** What each step of the plan writes into the targets' own log when it has had its effect. */
export const EFFECTS = [
  { label: "migrate", scope: "before", step: 0, direction: "do" },
  { label: "migrate-back", scope: "before", step: 0, direction: "undo" },
  { label: "drain", scope: "each", step: 0, direction: "do" },
  { label: "enable", scope: "each", step: 0, direction: "undo" },
  { label: "install", scope: "each", step: 1, direction: "do" },
  { label: "uninstall", scope: "each", step: 1, direction: "undo" },
  { label: "switch", scope: "switch", step: 0, direction: "do" },
  { label: "switch-back", scope: "switch", step: 0, direction: "undo" },
] as const;

/** A change of fifty targets that takes seconds; every second one or so has a target that cannot be installed. */
export function drawPlan(strategy: Strategy, random: Random): string {
  const broken = random.chance(0.4) ? random.pick(TARGETS) : "none";
  const nap = `sleep 0.0${random.between(1, 9)}`;
  return `
change-plan: 1
change: { id: CHG-7, title: Killed at any moment }
targets:
  connect: local
  version: cat "v/$TARGET_NAME"
${strategy === "blue-green" ? GROUPS : `  hosts: [{ name: "t[01:50]" }]`}
strategy:
${drawStrategy(strategy, random)}
apply:
  before:
    - { name: Migrate, run: '${nap}; echo all migrate >> log', undo: '${nap}; echo all migrate-back >> log' }
  each:
    - name: Drain
      run: ${nap}; echo "$TARGET_NAME drain" >> log
      undo: ${nap}; echo "$TARGET_NAME enable" >> log
      retries: ${random.between(0, 1)}
    - name: Install
      run: |
        test "$TARGET_NAME" != ${broken} || exit 9
        ${nap}; echo "$CHANGE_VERSION" > "v/$TARGET_NAME"; echo "$TARGET_NAME install" >> log
      undo: ${nap}; echo "$PREVIOUS_VERSION" > "v/$TARGET_NAME"; echo "$TARGET_NAME uninstall" >> log
health:
  every: 200ms
  pass: 1
  stable: 0s
  deadline: 30s
  checks: [{ name: alive, run: 'test -s "v/$TARGET_NAME"' }]
`;
}

const GROUPS = `  groups:
    blue: { hosts: [{ name: "t[01:25]" }] }
    green: { hosts: [{ name: "t[26:50]" }] }`;

function drawStrategy(strategy: Strategy, random: Random): string {
  switch (strategy) {
    case "rolling": {
      const batches = random.pick(["[1, 10]", "[5, 20%]", "[30%]"]);
      return `  rolling: { batches: ${batches}, parallel: 10, max-unavailable: 60% }`;
    }
    case "big-bang":
      return "  big-bang: { parallel: 25 }";
    case "blue-green":
      return `  blue-green:
    active: cat active
    switch:
      { name: Switch, run: 'echo green > active; echo all switch >> log', undo: 'echo blue > active; echo all switch-back >> log' }
    parallel: 10
    bake: 500ms`;
  }
}
