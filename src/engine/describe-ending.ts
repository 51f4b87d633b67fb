import type { CommandResult } from "../ports.ts";

/** How a command ended that was to exit with 0, with the reason where there is one: people act on it. */
export function describeEnding(ending: CommandResult["ending"]): string {
  switch (ending.kind) {
    case "exited":
      return `exit ${ending.code}`;
    case "signalled":
      return `ended by ${ending.signal}`;
    case "not-started":
      return `did not start: ${ending.reason}`;
    case "lost":
      return `was lost: ${ending.reason}`;
    case "timed-out":
    case "cancelled":
      return ending.kind;
  }
}
