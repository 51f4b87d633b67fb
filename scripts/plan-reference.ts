import { readFileSync, writeFileSync } from "node:fs";
import { renderReference } from "./reference/render.ts";

const REFERENCE = "docs/plan-reference.md";

/** What the page says about the plan language, from its schema. */
writeFileSync(REFERENCE, renderReference(readFileSync("scripts/reference/template.md", "utf8")));
