import type { ChangeEvent } from "../rollout/events.ts";
import type { ChangeState } from "../rollout/state.ts";
import { plain } from "./markdown.ts";
import { messageOf } from "./messages.ts";

/** A comment for those who watch the change's issue; the same `key` is said once, by whomever. */
export type Escalation = Readonly<{ key: string; body: string }>;

/**
 * What people must hear of although the issue is there already: GitHub tells nobody that the text of one has
 * changed. null: nothing of that kind. `event` has been applied to `state`.
 */
export function escalationOf(event: ChangeEvent, state: ChangeState): Escalation | null {
  const subject = subjectOf(event, state);
  const message = subject === null ? null : messageOf(event, state);
  if (subject === null || message === null) return null;
  const fields = message.fields.map(([name, value]) => `- ${plain(name)}: ${plain(value)}`).join("\n");
  const body = [`**${plain(message.title)}**`, plain(message.text), fields].filter((part) => part !== "");
  return { key: `${state.attempt} ${subject} ${event.at}`, body: body.join("\n\n") };
}

function subjectOf(event: ChangeEvent, state: ChangeState): string | null {
  switch (event.kind) {
    case "trigger-fired":
      // Where the issue is opened by it, the opening tells everybody.
      return state.issueUrl === null ? null : `trigger ${event.trigger}`;
    case "budget-passed":
      return `budget ${event.budget}`;
    case "question-expired":
      return `unanswered ${event.trigger}`;
    case "finished":
      return NEEDS_PEOPLE.has(event.outcome) ? event.outcome : null;
    default:
      return null;
  }
}

/** Outcomes after which nothing more happens by itself. */
const NEEDS_PEOPLE: ReadonlySet<string> = new Set(["rollback-incomplete", "frozen", "held"]);
