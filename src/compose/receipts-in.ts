import path from "node:path";
import { dropReceipts, placeReceipts } from "../adapters/process/place-receipts.ts";
import type { Change } from "../plan/change.ts";

/** Done and undone, each with a retry; those who need more have few targets. */
const RUNS_PER_STEP = 4;
const RUNS_OF_THE_REST = 1_000;

/** Where a change keeps the receipts of what runs on this machine. */
export function receiptsIn(folder: string, { targets, apply }: Change): string {
  const filesMax = targets.length * apply.each.length * RUNS_PER_STEP + RUNS_OF_THE_REST;
  return placeReceipts(path.join(folder, "receipts"), filesMax);
}

/** Once nothing is in doubt any more, there is nothing left that a receipt could tell. */
export function dropReceiptsIn(folder: string): void {
  dropReceipts(path.join(folder, "receipts"));
}
