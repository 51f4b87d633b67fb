import type { Role } from "../plan/change.ts";
import type { ChangeEvent, EventOf } from "../rollout/events.ts";
import type { ChangeState } from "../rollout/state.ts";
import { accountTargets } from "./accounting.ts";
import { quoteLine } from "./clean.ts";
import { COMMANDS } from "./commands.ts";
import { describeTrigger, findTrigger } from "./conditions.ts";
import { describeEvent } from "./describe-event.ts";
import { OTHERWISE } from "./describe-people-event.ts";
import { describeBudget } from "./describe-phase-event.ts";
import { eventLevel } from "./event-level.ts";
import { isPlainUrl } from "./markdown.ts";
import type { Message } from "./message.ts";
import { countWords, headline, rerunWords, titleWords } from "./outcome-words.ts";
import { listTasks } from "./owed-tasks.ts";
import { nameAll, peopleOf } from "./people.ts";
import { outcomeOf, reasonOf } from "./phase.ts";
import { compareStageBudgets, isPlanned } from "./stages-told.ts";
import { countOf, formatAt, formatCount, formatMs } from "./wording.ts";

/** Of those who are owed something: more would bury the message. */
const TASKS_SHOWN = 8;

/** What an event is worth telling people, once it has been applied; null: nothing. */
export function messageOf(event: ChangeEvent, state: ChangeState): Message | null {
  switch (event.kind) {
    case "attempt-started":
      return message({ state, event }, "is about to start", [
        ["By", quoteLine(state.holder?.actor ?? "", 80)],
      ]);
    case "window-awaited":
      return message({ state, event }, "waits for its window");
    case "gate-passed":
      return isPlanned(state, "gate") ? message({ state, event }, "passed its gate") : null;
    case "phase-reached":
      return isPhaseOfNote(state, event)
        ? message({ state, event }, REACHED[event.phase], phaseFields(state))
        : null;
    case "batch-passed":
      return message({ state, event }, `passed batch ${batchWords(event, state)}`);
    case "step-finished":
      return isSwitch(event) ? message({ state, event }, switchWords(event)) : null;
    case "trigger-fired":
      return event.severity === "critical" ? critical(state, event) : warning(state, event);
    case "question-expired":
    case "commanded":
      return message({ state, event }, event.kind === "commanded" ? "was given a command" : "got no answer");
    case "budget-passed":
      return overBudget(state, event);
    case "rollback-failed":
      return event.scope === "prepare" && state.rollback === null
        ? message(
            { state, event },
            "could not give the service back",
            tellField(state, ["engineers", "manager"]),
          )
        : null;
    case "rollback-retried":
      return message({ state, event }, "tries its rollback again");
    case "interrupted":
    case "finished":
      return outcome(state, event);
    default:
      return null;
  }
}

/** Before the start: who is told has this long to say no. */
export function noticeOf(state: ChangeState): Message {
  const { change } = state;
  const beforeMs = change.notify.beforeMs;
  const fields: Message["fields"] = [
    ["Starts in", formatMs(beforeMs)],
    ["Type", `${change.type}, ${change.risk} risk`],
    targetsField(state),
    ...tellField(state, ["manager", "engineers"]),
  ];
  const summary = change.summary === null ? "" : ` ${quoteLine(change.summary, 300)}`;
  const text = `The change starts in ${formatMs(beforeMs)}.${summary}`;
  return {
    level: "info",
    title: titleOf(state, `starts in ${formatMs(beforeMs)}`),
    text,
    fields,
    url: urlOf(state),
  };
}

const REACHED = {
  prepare: "is prepared",
  deploy: "is deployed",
  verify: "is verified",
} as const;

/** A phase that the plan has nothing to do in is over before anybody could be told. */
function isPhaseOfNote(state: ChangeState, { phase }: EventOf<"phase-reached">): boolean {
  if (phase === "deploy") return true;
  if (phase === "verify") return isPlanned(state, "verify");
  return isPlanned(state, "backup") || isPlanned(state, "prepare");
}

type Fields = Message["fields"];
type Told = Readonly<{ state: ChangeState; event: ChangeEvent }>;

function message({ state, event }: Told, what: string, fields: Fields = []): Message {
  const level = eventLevel(event);
  return {
    level: level === "detail" ? "info" : level,
    title: titleOf(state, what),
    text: describeEvent(event, state),
    fields: fields.filter(([, value]) => value !== ""),
    url: urlOf(state),
  };
}

function titleOf({ change }: ChangeState, what: string): string {
  const { environment, id, title } = change;
  return `[${quoteLine(environment, 40)}] ${quoteLine(id, 60)} ${what}: ${quoteLine(title, 120)}`;
}

/** The issue where there is one, else the run; nothing that is not plainly an address. */
function urlOf({ issueUrl, holder }: ChangeState): string | null {
  const url = issueUrl ?? holder?.where ?? null;
  return url !== null && isPlainUrl(url) ? url : null;
}

function critical(state: ChangeState, event: EventOf<"trigger-fired">): Message {
  const isFirst = state.trigger?.at === event.at && state.trigger.trigger === event.trigger;
  const what = isFirst ? "is being rolled back" : "has another trigger";
  return message({ state, event }, what, triggerFields(state, event));
}

/** Only the one that asks has a deadline: further ones are told while the first waits. */
function warning(state: ChangeState, event: EventOf<"trigger-fired">): Message {
  const { pause, change } = state;
  const isAsking = pause?.kind === "question" && pause.trigger === event.trigger;
  if (!isAsking) return message({ state, event }, "has a warning", triggerFields(state, event));
  const answers = COMMANDS.map(({ name }) => `/${name}`).join(", ");
  const fields: Fields = [
    ...triggerFields(state, event),
    ["Answer by", formatAt(pause.deadlineMs)],
    ["Answers", answers],
    ["Without an answer", OTHERWISE[change.onWarning.otherwise]],
    ...tellField(state, ["manager", "engineers"]),
  ];
  return message({ state, event }, "waits for an answer", fields);
}

function triggerFields(state: ChangeState, { trigger }: EventOf<"trigger-fired">): Fields {
  const tell = findTrigger(state.change, trigger)?.tell ?? [];
  return [
    ["Condition", quoteLine(describeTrigger(state.change, trigger) ?? "", 300)],
    targetsField(state),
    ...(tell.length === 0 ? [] : [["For", nameAll(peopleOf(state.change, tell))] as const]),
  ];
}

function tellField({ change }: ChangeState, roles: readonly Role[]): Fields {
  const people = nameAll(peopleOf(change, roles));
  return people === "" ? [] : [["People", people]];
}

function targetsField(state: ChangeState): readonly [string, string] {
  return ["Targets", countWords(accountTargets(state).counts)];
}

function phaseFields(state: ChangeState): Fields {
  const budgets = compareStageBudgets(state).filter(({ verdict }) => verdict !== "not reached");
  return budgets.map(({ budget, tookMs, budgetMs }) => [
    `Budget ${budget}`,
    `${formatMs(tookMs)} of ${formatMs(budgetMs)}`,
  ]);
}

/** A budget of the rollback is a matter for those who decide. */
function overBudget(state: ChangeState, event: EventOf<"budget-passed">): Message {
  const fields = tellField(state, state.rollback === null ? ["engineers"] : ["manager", "engineers"]);
  const told = message({ state, event }, `passed its budget ${describeBudget(event.budget)}`, fields);
  return { ...told, level: state.rollback === null ? "warning" : "critical" };
}

function batchWords({ batch }: EventOf<"batch-passed">, { batches }: ChangeState): string {
  return `${formatCount(batch + 1)} of ${formatCount(batches.length)}`;
}

function isSwitch({ scope }: EventOf<"step-finished">): boolean {
  return scope === "switch";
}

function switchWords({ direction }: EventOf<"step-finished">): string {
  return direction === "do" ? "switched the traffic" : "switched the traffic back";
}

/** With what is owed, by whom and until when. */
function outcome(state: ChangeState, event: EventOf<"finished" | "interrupted">): Message {
  const tasks = listTasks(state);
  const shown = tasks.slice(0, TASKS_SHOWN).map(({ what, owners, dueMs }) => {
    const due = dueMs === null ? "now" : `by ${formatAt(dueMs)}`;
    return [quoteLine(what, 120), [due, nameAll(owners)].filter((part) => part !== "").join(", ")] as const;
  });
  const left = tasks.length - shown.length;
  const fields: Fields = [
    ["Reason", quoteLine(reasonOf(state)?.reason ?? "", 300)],
    targetsField(state),
    ["Took", formatMs(state.lastMs - state.startedMs)],
    ...shown,
    ...(left > 0 ? [["More", countOf(left, "task")] as const] : []),
  ];
  const rerun = outcomeOf(state) === "succeeded" ? "" : ` ${rerunWords(state) ?? ""}`;
  return { ...message({ state, event }, titleWords(state), fields), text: `${headline(state)}${rerun}` };
}
