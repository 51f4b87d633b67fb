import { afterEach, describe, expect, it, vi } from "vitest";
import { createRedactor } from "../../../src/adapters/output/redactor.ts";
import { sanitiseLine } from "../../../src/adapters/output/sanitise.ts";
import { captureCommand } from "../../../src/adapters/process/capture-command.ts";
import { env, folder, leftovers, never } from "./setup.ts";

const MEGABYTE = 1024 * 1024;
const redactor = createRedactor();

function capture(more: Partial<Parameters<typeof captureCommand>[0]> = {}) {
  return captureCommand({
    workDir: folder,
    env,
    timeoutMs: 20_000,
    bytesMax: 8 * MEGABYTE,
    output: { line: () => {} },
    sanitise: sanitiseLine,
    redact: redactor.redact,
    ...more,
  });
}

afterEach(() => vi.waitFor(() => expect(leftovers()).toEqual([]), { timeout: 5_000 }));

describe("a command whose output is data", () => {
  it("is kept byte for byte, however much it prints", async () => {
    const script = "awk 'BEGIN { for (i = 0; i < 200000; i++) printf \"web-%06d\\t.\\n\", i }'";
    const { ending, bytes } = await capture().run(script, {}, never);
    expect(ending).toEqual({ kind: "exited", code: 0 });
    const lines = bytes?.toString().trimEnd().split("\n") ?? [];
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([200_000, "web-000000\t.", "web-199999\t."]);
  });

  it("is ended once it prints more than is allowed", async () => {
    const script = "while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done";
    const { bytes } = await capture({ bytesMax: MEGABYTE }).run(script, {}, never);
    expect(bytes).toBeNull();
  });

  it("gets its values as variables, and nothing of our own inputs", async () => {
    const mine = capture({ env: { ...env, INPUT_TOKEN: "t" } });
    const { bytes } = await mine.run('echo "$CHANGE_ID ${INPUT_TOKEN-none}"', { CHANGE_ID: "CHG-1" }, never);
    expect(bytes?.toString()).toBe("CHG-1 none\n");
  });

  it("says how it ended, and its last words", async () => {
    const { ending, tail } = await capture().run("echo half; echo 'no inventory' >&2; exit 3", {}, never);
    expect(ending).toEqual({ kind: "exited", code: 3 });
    expect(tail).toContain("no inventory");
  });

  it("is ended with its children when its time is over, or the run is cancelled", async () => {
    const late = await capture({ timeoutMs: 200 }).run("sleep 60 & sleep 60", {}, never);
    expect(late.ending).toEqual({ kind: "timed-out" });
    const cancel = new AbortController();
    const running = capture().run("sleep 60 & sleep 60", {}, cancel.signal);
    cancel.abort();
    expect((await running).ending).toEqual({ kind: "cancelled" });
  });
});
