import path from "node:path";

/** Where a change keeps the receipts of what runs on this machine. */
export function receiptsIn(folder: string): string {
  return path.join(folder, "receipts");
}
