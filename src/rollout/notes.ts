import type { StepRun } from "./event-parts.ts";
import { ownerOf } from "./evolve-steps.ts";
import type { ChangeState } from "./state.ts";

/**
 * What this process has asked for and must not ask for twice. Not facts of the change, so not in
 * the journal: a resumed process asks again.
 */
type Note =
  | Readonly<{ kind: "survey-asked"; position: number }>
  | Readonly<{ kind: "version-asked"; target: string }>
  | Readonly<{ kind: "probe-asked"; run: StepRun }>
  | Readonly<{ kind: "announcing" }>
  /** Any other effect, by a name that its answer clears. */
  | Readonly<{ kind: "asked"; what: string }>;

export function takeNote(state: ChangeState, note: Note): void {
  switch (note.kind) {
    case "survey-asked":
      state.surveyNext = note.position + 1;
      state.surveyOpen++;
      return;
    case "version-asked":
      if (state.rollback?.unasked.delete(note.target)) state.rollback.asking++;
      return;
    case "probe-asked":
      state.inDoubt.delete(ownerOf(note.run));
      state.inFlight.set(ownerOf(note.run), note.run);
      return;
    case "asked":
      state.asked.add(note.what);
      return;
    case "announcing":
      if (state.announcement !== null) state.announcement.state = "under-way";
  }
}
