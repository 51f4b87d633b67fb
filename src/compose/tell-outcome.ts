import { waitAtMost } from "../engine/wait-at-most.ts";
import { readTimeline } from "../report/timeline.ts";
import type { Fact } from "../rollout/decide.ts";
import type { ChangeState } from "../rollout/state.ts";
import { describeError } from "./exit.ts";
import type { Place } from "./place.ts";
import { Reports } from "./reports.ts";
import type { Shell } from "./shell.ts";
import { toldEvents } from "./told-events.ts";

const CONCLUDE_MS = 90_000;

/** What people read of a change, with all that its journal says so far; `next` hears of what comes. */
export function openReports(
  state: ChangeState,
  { place, shell, next = shell.observer }: Readonly<{ place: Place; shell: Shell; next?: Shell["observer"] }>,
): Reports {
  const { repository, opened } = place;
  const extras = {
    journalRef: opened.ref,
    journalRemote: repository.isRemote ? repository.name : null,
    runUrl: shell.run?.url ?? null,
    issueUrl: state.issueUrl,
    reportPath: null,
  };
  const timeline = readTimeline(state.change, toldEvents(opened.events));
  return new Reports({ timeline, issues: shell.issues, extras, next });
}

/** On the change's issue, as far as it has one to have. Never rejects: whoever could not be told is named. */
export async function tellOutcome(
  state: ChangeState,
  reports: Reports,
  { shell, reopen }: Readonly<{ shell: Shell; reopen: boolean }>,
): Promise<readonly Fact[]> {
  const { clock, cancel, say } = shell;
  const told = reports.conclude(state, { reopen }).then(
    (issue): readonly Fact[] => (issue === null ? [] : [{ kind: "reported", url: issue.url }]),
    (error) => {
      const { message, hint } = describeError(error);
      say(`The outcome was not reported: ${message} ${hint ?? ""}`.trimEnd());
      return [];
    },
  );
  return (await waitAtMost(clock, told, { ms: CONCLUDE_MS, cancel })) ?? [];
}
