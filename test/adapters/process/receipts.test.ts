import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { RECEIPT_SHELL, UNCLAIMED_CODE } from "../../../src/adapters/process/receipt.ts";
import { call, commandsIn, env, folder, leftovers, never, WAYS } from "./setup.ts";

const PARENT = path.join(import.meta.dirname, "killed-parent.ts");

/** The receipts folder of a process that ran something in it before, as after a resume. */
async function resumedCommands(options = {}) {
  const first = commandsIn();
  await first.commands.run(call(":", { id: "earlier" }), never);
  return commandsIn({ receiptsFolder: first.receipts, ...options });
}

const receiptOf = (receipts: string, id: string) => {
  const name = readdirSync(receipts).find((file) => file.startsWith(`${id}-`));
  return path.join(receipts, name ?? "none");
};

describe("a finished run", () => {
  it.each([0, 1, 125, 255])("is found again with its exit code %i", async (code) => {
    const { commands, receipts } = commandsIn();
    const order = call(`exit ${code}`, { id: "each 1" });
    expect((await commands.run(order, never)).ending).toEqual({ kind: "exited", code });
    const answer = { kind: "finished", code, ms: expect.any(Number) };
    expect(await commands.probe(order, never)).toEqual(answer);
    expect(await commandsIn({ receiptsFolder: receipts }).commands.probe(order, never)).toEqual(answer);
  });

  it("is replaced when the same id runs again", async () => {
    const { commands } = commandsIn();
    await commands.run(call("exit 1", { id: "a" }), never);
    const again = commands.run(call("sleep 60", { id: "a", timeoutMs: 300 }), never);
    expect(await commands.probe(call("", { id: "a", timeoutMs: 100 }), never)).toMatchObject({
      kind: "interrupted",
    });
    await again;
    await commands.run(call(":", { id: "a" }), never);
    expect(await commands.probe(call("", { id: "a" }), never)).toMatchObject({ kind: "finished", code: 0 });
  });

  it.each(["../../../etc/passwd", "a/b\0c", "", ".", "x".repeat(5_000), "한국어 🎉", "UPPER", "upper"])(
    "keeps its receipt inside the folder with the id %j",
    async (id) => {
      const { commands, receipts } = commandsIn();
      await commands.run(call("exit 7", { id }), never);
      expect(await commands.probe(call("", { id }), never)).toMatchObject({ kind: "finished", code: 7 });
      expect(readdirSync(receipts)).toHaveLength(2);
    },
  );

  it("tells ids apart that look the same in the file system", async () => {
    const { commands } = commandsIn();
    const ids = ["a/b", "a_b", "A_b", `${"x".repeat(300)}1`, `${"x".repeat(300)}2`];
    await Promise.all(ids.map((id, n) => commands.run(call(`exit ${n}`, { id }), never)));
    const answers = await Promise.all(ids.map((id) => commands.probe(call("", { id }), never)));
    expect(answers.map((answer) => answer.kind === "finished" && answer.code)).toEqual([0, 1, 2, 3, 4]);
  });
});

describe("a run of which there is no receipt", () => {
  it("never started, if this folder was in use since the machine's start", async () => {
    const { commands } = await resumedCommands();
    expect(await commands.probe(call("", { id: "a" }), never)).toEqual({ kind: "unstarted" });
  });

  it("is in doubt on a machine, or after a restart, that has no receipts of the change", async () => {
    const { commands } = commandsIn();
    expect(await commands.probe(call("", { id: "a" }), never)).toMatchObject({ kind: "interrupted" });
    await commands.run(call(":", { id: "b" }), never);
    // Its own receipts prove nothing about those of an earlier process.
    expect(await commands.probe(call("", { id: "a" }), never)).toMatchObject({ kind: "interrupted" });
  });

  it("can no longer start once that was said", async () => {
    const { commands, receipts } = await resumedCommands();
    expect(await commands.probe(call("", { id: "late" }), never)).toEqual({ kind: "unstarted" });
    const file = receiptOf(receipts, "late");
    expect(existsSync(file)).toBe(true);
    // A shell of the dead process that comes to life only now finds its right to run gone.
    const ran = path.join(folder, "late-effect");
    const shell = spawn("sh", ["-c", RECEIPT_SHELL, "sh", file, "words", `touch ${ran}`]);
    expect((await once(shell, "exit"))[0]).toBe(UNCLAIMED_CODE);
    expect(existsSync(ran)).toBe(false);
  });

  it("can still be started afresh", async () => {
    const { commands } = await resumedCommands();
    const order = call("exit 4", { id: "a" });
    await commands.probe(order, never);
    expect((await commands.run(order, never)).ending).toEqual({ kind: "exited", code: 4 });
    expect(await commands.probe(order, never)).toMatchObject({ kind: "finished", code: 4 });
  });
});

describe("a receipt that says less than it should", () => {
  const damaged = async (text: string) => {
    const { commands, receipts } = await resumedCommands();
    await commands.run(call("exit 3", { id: "a" }), never);
    writeFileSync(receiptOf(receipts, "a"), text);
    return commands.probe(call("", { id: "a" }), never);
  };

  it.each(["", "run1 nonce boot 1", "rubbish\nexit 0\n", "exit 0\n"])("%j is in doubt", async (text) => {
    expect(await damaged(text)).toMatchObject({ kind: "interrupted" });
  });

  it("whose status is torn is in doubt", async () => {
    expect(await damaged("run1 nonce boot 1 1 1\nexit 1")).toMatchObject({ kind: "interrupted" });
  });

  it("from before the machine's restart is in doubt", async () => {
    expect(await damaged("run1 nonce another-boot 1 1 1\n")).toEqual({
      kind: "interrupted",
      detail: "the machine was restarted while it ran",
    });
  });

  it("does not take a stranger with the same number for the run", async () => {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const answer = await damaged(`run1 no-such-nonce ${boot} 1 1 ${process.pid}\n`);
    expect(answer).toEqual({ kind: "interrupted", detail: "it is gone, and left no status" });
  });
});

describe("a run whose receipt cannot be written", () => {
  it("does not start", async () => {
    const file = path.join(folder, "a-file");
    appendFileSync(file, "");
    const { commands } = commandsIn({ receiptsFolder: path.join(file, "receipts") });
    const result = await commands.run(call("touch no-receipt", { id: "a" }), never);
    expect(result.ending).toMatchObject({ kind: "not-started", reason: expect.stringContaining("receipt") });
    expect(existsSync(path.join(folder, "no-receipt"))).toBe(false);
  });
});

describe.each(WAYS.slice(1))("a run started %s, after our process was killed", (_, { directRuns }) => {
  const killed = async (script: string) => {
    const place = mkdtempSync(path.join(folder, "killed-"));
    const receipts = path.join(place, "receipts");
    const args = [place, receipts, `${directRuns}`, "id", `echo up; ${script}`];
    const stdio: ["ignore", "pipe", "inherit"] = ["ignore", "pipe", "inherit"];
    const parent = spawn(process.execPath, [PARENT, ...args], { env, stdio });
    await once(parent.stdout, "data");
    parent.kill("SIGKILL");
    expect((await once(parent, "exit"))[1]).toBe("SIGKILL");
    writeFileSync(path.join(place, "go"), "");
    const { commands } = commandsIn({ receiptsFolder: receipts });
    return {
      probe: (more = {}, signal = never) => commands.probe(call("", { id: "id", ...more }), signal),
      said: (file: string) =>
        existsSync(path.join(place, file)) && readFileSync(path.join(place, file), "utf8"),
    };
  };

  it("goes on, and a probe waits for the status that it leaves", async () => {
    // Longer than what is asked for below by two ticks of the kernel: a file's time of change is that of the last one.
    const { probe, said } = await killed("sleep 0.72; echo once >> done; exit 5");
    const answer = await probe();
    expect(answer).toEqual({ kind: "finished", code: 5, ms: expect.any(Number) });
    expect(answer).toMatchObject({ ms: expect.toSatisfy((ms: number) => ms >= 700) });
    expect(said("done")).toBe("once\n");
  });

  it("survives the output that nobody reads any more", async () => {
    const { probe, said } = await killed("trap '' PIPE; sleep 0.3; echo nobody || :; touch done");
    expect(await probe()).toMatchObject({ kind: "finished" });
    expect(said("done")).toBe("");
  });

  it("is ended when its own time is over", async () => {
    const { probe } = await killed("sleep 60 & sleep 60");
    const answer = await probe({ timeoutMs: 500 });
    expect(answer).toEqual({ kind: "interrupted", detail: "its time was over: it was ended" });
    await expect.poll(leftovers).toEqual([]);
  });

  it("is ended when the probe is cancelled", async () => {
    const { probe } = await killed("trap '' TERM; sleep 60; :");
    const answer = await probe({}, AbortSignal.timeout(300));
    expect(answer).toEqual({ kind: "interrupted", detail: "it was still running, and was cancelled" });
    await expect.poll(leftovers).toEqual([]);
  });

  it("is in doubt when its shell was killed too, once its children are gone", async () => {
    const { probe, said } = await killed(
      // Only then: a parent that still lives ends what its dead shell has left.
      "until test -e go; do sleep 0.01; done; sleep 1 & kill -9 $$; wait; touch done",
    );
    expect(await probe()).toMatchObject({ kind: "interrupted" });
    expect(leftovers().filter((line) => line.startsWith("sleep"))).toEqual([]);
    expect(said("done")).toBe("");
  });
});

describe.each(["bash --posix", "dash", "busybox sh"])("the shell %s", (shell) => {
  const [program = "", ...flags] = shell.split(" ");
  const isThere = spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;

  it.runIf(isThere)("keeps receipts like any other", async () => {
    const file = path.join(folder, `shell-${program}`);
    const child = spawn(program, [
      ...flags,
      "-c",
      RECEIPT_SHELL,
      "sh",
      file,
      "words",
      "trap 'exit 9' EXIT; false",
    ]);
    expect((await once(child, "exit"))[0]).toBe(9);
    expect(readFileSync(file, "utf8")).toBe(`words ${child.pid}\nexit 9\n`);
    const again = spawn(program, [...flags, "-c", RECEIPT_SHELL, "sh", file, "words", "exit 9"]);
    expect((await once(again, "exit"))[0]).toBe(UNCLAIMED_CODE);
  });
});
