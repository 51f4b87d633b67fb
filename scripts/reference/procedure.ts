/** A row of the procedure page: `| A1 | asked for | plan keys | evidence |`. */
export type ProcedureRow = Readonly<{ id: string; keys: readonly string[] }>;

const ROW = /^\| ([A-Z]\d+) \|[^|]*\|([^|]*)\|[^|]*\|$/gm;

export function readProcedure(page: string): ProcedureRow[] {
  return [...page.matchAll(ROW)].map(([, id = "", keys = ""]) => ({ id, keys: readKeys(keys) }));
}

function readKeys(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, key]) => key ?? "");
}
