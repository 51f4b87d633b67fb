import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { listKeys, printKeyPath } from "../../scripts/reference/paths.ts";
import { renderReference } from "../../scripts/reference/render.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import { PlanDocument } from "../../src/plan/schema/plan.ts";

const page = readFileSync("docs/plan-reference.md", "utf8");
const template = readFileSync("scripts/reference/template.md", "utf8");
const snippets = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text]) => text ?? "");
/** Has what the snippets refer to and what is asked of them: checks, a backup, a team, an approval. */
const SURROUNDINGS = parse(`
change-plan: 1
change: { id: CHG-1, title: Checkout 4.2.0 }
approvals: [{ pull-request: true }]
team: { manager: [octocat], quality: ["@org/qa"], security: ["@org/security"] }
backups:
  - name: database
    run: ./ops/dump "$BACKUP_FILE"
    verify: ./ops/check "$BACKUP_FILE"
    keep: ./ops/upload "$BACKUP_FILE"
    fetch: ./ops/download "$BACKUP_FILE"
    restore: ./ops/restore "$BACKUP_FILE"
targets: { hosts: [{ name: "web-[01:40]" }], version: cat VERSION }
strategy: { rolling: { batches: [1, 30%], bake: 2m } }
apply:
  each: [{ name: Install, run: ./install "$CHANGE_VERSION", undo: ./install "$PREVIOUS_VERSION" }]
health:
  checks:
    - { name: alive, http: { url: "http://{host}/" } }
    - { name: cpu, prometheus: { server: env:PROMETHEUS, query: cpu }, below: 80 }
    - { name: latency, scope: service, prometheus: { server: env:PROMETHEUS, query: p95 }, below: 100, baseline: 10m }
    - { name: orders, scope: service, run: ./ops/count-orders, above: 0 }
`);

describe("docs/plan-reference.md", () => {
  it("is what the schema and the template give; `npm run docs` writes it", () => {
    expect(renderReference(template)).toBe(page);
  });

  it("has a section for every top-level key, in the order of the schema", () => {
    const sections = [...page.matchAll(/^## ([a-z-]+)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(Object.keys(PlanDocument.shape));
  });

  it("tells every key of the language", () => {
    const told = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, path]) => path?.split(".").at(-1));
    const keys = listKeys(PlanDocument).filter(({ path }) => path.length > 1);
    expect(keys.length).toBeGreaterThan(200);
    const untold = keys.filter(({ key }) => !told.some((name) => name?.replace("[]", "") === key.name));
    expect(untold.map(({ path }) => printKeyPath(path))).toEqual([]);
  });

  it("writes its examples as a plan would", () => {
    expect(page).not.toContain("[object ");
    expect(page).toContain('Such as `{ blue: { hosts: [{ name: "blue-[1:4]" }] }');
  });

  it("describes every key", () => {
    expect([...page.matchAll(/^\| `([^`]+)` \|[^|]*\|[^|]*\| *\|$/gm)].map(([, path]) => path)).toEqual([]);
  });

  it("leaves no mark of the template behind, and no link within the page to nowhere", () => {
    expect(page).not.toMatch(/<!-- (head|keys|values)/);
    const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, text]) =>
      text
        ?.toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, "")
        .replaceAll(" ", "-"),
    );
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
  });

  it.each(snippets.map((text) => [text.split("\n").find((line) => /^[a-z]/.test(line)) ?? "", text]))(
    "shows under `%s` what is valid, with nothing to warn of in it",
    (_, text) => {
      const shown = parse(text);
      const sections = Object.keys(shown);
      const isWhole = "change-plan" in shown;
      const result = parsePlan(isWhole ? text : stringify({ ...SURROUNDINGS, ...shown }));
      const about = result.issues.filter(
        ({ severity, path }) => severity === "error" || sections.some((name) => path.startsWith(name)),
      );
      expect(about).toEqual([]);
      expect(result.ok).toBe(true);
    },
  );
});
