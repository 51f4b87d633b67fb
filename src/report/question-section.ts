import type { ChangeState } from "../rollout/state.ts";
import { COMMANDS, whoMay } from "./commands.ts";
import { describeTrigger } from "./conditions.ts";
import { OTHERWISE } from "./describe-people-event.ts";
import { code, plain, tableHead, tableRow } from "./markdown.ts";
import { mentionAll, peopleOf } from "./people.ts";
import { outcomeOf } from "./phase.ts";
import { formatAt, formatMs } from "./wording.ts";

/** What a person is asked right now, until when, and what they may say. null where nobody is asked. */
export function renderQuestion(state: ChangeState): string | null {
  const { pause, change } = state;
  if (pause?.kind !== "question" || outcomeOf(state) !== null) return null;
  const condition = describeTrigger(change, pause.trigger);
  const about = condition === null ? "" : ` (${plain(condition, 300)})`;
  const asked = mentionAll(peopleOf(change, ["manager", "engineers"]));
  const call = asked === "" ? "" : `${asked}: `;
  const otherwise = OTHERWISE[change.onWarning.otherwise];
  return [
    "## Waiting for an answer",
    `${call}warning ${code(pause.trigger)}${about} holds the rollout. Nothing has been rolled back, and nothing new is started.`,
    `**Answer by ${formatAt(pause.deadlineMs)}** (${formatMs(change.onWarning.askMs)} after it was asked). Without an answer ${otherwise}.`,
    renderCommands(state),
  ].join("\n\n");
}

/** The commands, as a comment is to begin with them. */
export function renderCommands({ change }: ChangeState): string {
  const rows = COMMANDS.map(({ name, effect, roles }) => {
    const may = whoMay(change, roles);
    const who = may === "collaborators" ? "whoever may write to the repository" : may.join(", ") || "nobody";
    return tableRow([code(`/${name}`), effect, who]);
  });
  const restore =
    change.backups.length === 0
      ? ""
      : `\n\n${code("/rollback restore NAME")} also restores backups: ${change.backups.map(({ name }) => code(name, 80)).join(", ")}.`;
  const how = `As the first line of a comment here, or with ${code(`change-deploy tell ${change.id} COMMAND`)}:`;
  return `${how}\n\n${[tableHead(["Command", "What happens", "Who may say it"]), ...rows].join("\n")}${restore}`;
}
