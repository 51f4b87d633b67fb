import { isWithin, type NotCarriedOut } from "./carried-out.ts";

/** A row of the procedure page: `| A1 | asked for | plan keys | evidence | this version |`. */
export type ProcedureRow = Readonly<{ id: string; keys: readonly string[] }>;

const ROW = /^\| ([A-Z]\d+) \|([^|]*)\|([^|]*)\|([^|]*)\|[^|]*\|$/gm;

export function readProcedure(page: string): ProcedureRow[] {
  return [...page.matchAll(ROW)].map(([, id = "", , keys = ""]) => ({ id, keys: readKeys(keys) }));
}

/** The page with its last column as the code has it. */
export function markProcedure(page: string, marks: NotCarriedOut): string {
  return page.replaceAll(ROW, (_, id: string, asked: string, keys: string, evidence: string) => {
    return `| ${id} |${asked}|${keys}|${evidence}| ${statusOf(readKeys(keys), marks)} |`;
  });
}

function readKeys(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, key]) => key ?? "");
}

function statusOf(keys: readonly string[], marks: NotCarriedOut): string {
  const later = keys.filter((key) => isWithin(key, marks));
  if (later.length === 0) return "now";
  return later.length === keys.length ? "later" : "partly";
}
