import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { loadGitHubParser } from "./github-parser.ts";
import { listFiles } from "./tree.ts";

let parser: Awaited<ReturnType<typeof loadGitHubParser>>;
beforeAll(async () => {
  parser = await loadGitHubParser();
});

/** Every message that the parser has, of its schema and of what the workflow means. */
async function complaints(name: string, content: string): Promise<string[]> {
  const { context, value } = parser.parseWorkflow({ name, content }, new parser.NoOperationTraceWriter());
  const template = value && (await parser.convertWorkflowTemplate(context, value));
  const errors = context.errors.getErrors().map(({ message }) => message);
  return [...errors, ...(template?.errors ?? []).map(({ Message }) => Message)];
}

describe("GitHub's own workflow parser", () => {
  it.each(listFiles(".github/workflows/*.yml", "workflows-templates/*.yml"))("accepts %s", async (file) => {
    expect(await complaints(file, readFileSync(file, "utf8"))).toEqual([]);
  });

  it.each([
    ["a key that there is not", "timeout-minutes: 10", "time-out: 10", /time-out/],
    ["a context that there is not", "inputs.plan }}", "input.plan }}", /input/],
    ["a job that there is not", "needs: validate\n", "needs: valid\n", /valid/],
    ["a wrong type", "queue: max", "queue: [max]", /sequence/],
    ["an expression that is none", "contains(fromJSON(", "contains(fromJSON((", /./],
  ])("finds %s", async (_, right, wrong, message) => {
    const text = readFileSync(".github/workflows/change-deploy.yml", "utf8");
    expect(text).toContain(right);
    const found = await complaints("change-deploy.yml", text.replace(right, wrong));
    expect(found.join("\n")).toMatch(message);
  });
});
