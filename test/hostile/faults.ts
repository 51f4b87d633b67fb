import { CORPUS, type Hostile } from "./corpus.ts";

const FAULTS_SHOWN = 20;

/** One answer for the whole corpus: which entries were more than text, and how. */
export function faultsOver(find: (hostile: Hostile) => readonly string[]): string[] {
  const faults = CORPUS.flatMap((hostile) =>
    find(hostile).map((fault) => `${hostile.name}: ${fault.slice(0, 200)}`),
  );
  return faults.slice(0, FAULTS_SHOWN);
}
