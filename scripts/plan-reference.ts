import { readFileSync, writeFileSync } from "node:fs";
import { findNotCarriedOut } from "./reference/carried-out.ts";
import { markProcedure } from "./reference/procedure.ts";
import { renderReference } from "./reference/render.ts";

const REFERENCE = "docs/plan-reference.md";
const PROCEDURE = "docs/procedure.md";

/** What the pages say about the plan language, from its schema and from what the engine carries out. */
writeFileSync(REFERENCE, renderReference(readFileSync("scripts/reference/template.md", "utf8")));
writeFileSync(PROCEDURE, markProcedure(readFileSync(PROCEDURE, "utf8"), findNotCarriedOut()));
