import type { Outcome } from "../rollout/event-parts.ts";

/** What the command line ends with. Usage errors and invalid plans (1) never get as far as an outcome. */
export function exitCode(outcome: Outcome): 0 | 2 | 3 | 4 | 5 {
  switch (outcome) {
    case "succeeded":
      return 0;
    case "rejected":
      return 2;
    case "rolled-back":
      return 3;
    case "rollback-incomplete":
    case "frozen":
      return 4;
    case "held":
    case "interrupted":
      return 5;
  }
}
