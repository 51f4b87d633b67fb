import type { Explanation } from "../plan/explain/explain-change.ts";
import { formatLocal, listNames } from "./explanation-words.ts";
import { formatMs } from "./wording.ts";

/** Whether it may start, until when, and what happens if it comes too early. Times are the plan's own. */
export function listWindowSentences(explanation: Explanation): string[] {
  const { window, isOpen, worstCaseMs } = explanation;
  const closed = isOpen ? [] : [describeClosed(explanation)];
  if (window === null) return [...closed, "No window opens within a year.", ...describeOutside(explanation)];
  return [
    ...closed,
    describeOpening(explanation, window),
    ...(isOpen ? [] : describeOutside(explanation)),
    ...(window.fits ? [] : [`The worst case, ${formatMs(worstCaseMs)}, fits into no window within a year.`]),
    ...describeLimits(explanation),
    ...(window.closes === null ? [] : describeEnd(explanation)),
  ];
}

type Window = NonNullable<Explanation["window"]>;

function describeClosed({ at, timezone, freeze }: Explanation): string {
  const asked = formatLocal(at, timezone);
  if (freeze === null) return `It is outside of its windows at ${asked}.`;
  const reason = freeze.reason === null ? "" : `: ${listNames([freeze.reason])}`;
  return `It is frozen at ${asked}, until ${formatLocal(freeze.ends, timezone)}${reason}.`;
}

function describeOpening({ at, isOpen, timezone }: Explanation, { opens, closes }: Window): string {
  const from = formatLocal(opens, timezone);
  const until = closes === null ? "is not closed by anything" : `closes at ${formatLocal(closes, timezone)}`;
  const inMs = Date.parse(opens) - Date.parse(at);
  if (inMs === 0 && closes === null) return "It may start at any time: nothing closes its window.";
  if (inMs === 0) return `The window is open at ${from}, and ${until}.`;
  const which = isOpen
    ? "The open window is too short for the worst case; the next that is not"
    : "The window";
  return `${which} opens at ${from}, in ${formatMs(inMs)}, and ${until}.`;
}

function describeOutside({ outside }: Explanation): string[] {
  switch (outside.kind) {
    case "refused":
      return ["A start before that is refused."];
    case "allowed":
      return ["As an emergency it may start all the same."];
    case "waits": {
      const limit = outside.atMostMs === null ? "" : `, for at most ${formatMs(outside.atMostMs)}`;
      return [`A start before that waits${limit}.`];
    }
  }
}

function describeEnd({ atEnd }: Explanation): string[] {
  if (atEnd === null) return [];
  const what = atEnd === "hold" ? "held between two batches" : "rolled back";
  return [`A change that is not finished by the end is ${what}.`];
}

function describeLimits({ latestStart, pointOfNoReturn, timezone }: Explanation): string[] {
  return [
    ...(latestStart === null ? [] : [`The latest start is ${formatLocal(latestStart, timezone)}.`]),
    ...(pointOfNoReturn === null
      ? []
      : [
          `The point of no return is ${formatLocal(pointOfNoReturn, timezone)}; from then on a full rollback would end too late.`,
        ]),
  ];
}
