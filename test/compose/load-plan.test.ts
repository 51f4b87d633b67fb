import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { targetLister } from "../../src/compose/list-targets.ts";
import { digestOf, type LoadedPlan, loadPlan } from "../../src/compose/load-plan.ts";
import { previewChange } from "../../src/compose/preview-change.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "load-plan-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const REST = `strategy: { big-bang: {} }
apply: { each: [{ run: ./a, undo: ./b }] }
`;

function request(targets: string, rest = REST) {
  const planPath = path.join(folder, "plan.yml");
  writeFileSync(planPath, `change-plan: 1\nchange: { id: CHG-1, title: Checkout }\n${targets}\n${rest}`);
  const listTargets = targetLister({ cwd: folder, secrets: ["s3cr3t-value"] });
  return { planPath, root: folder, environment: "production", version: "2.0", commit: null, listTargets };
}

const listed = (command: string) => loadPlan(request(`targets: { run: ${JSON.stringify(command)} }`));
const errorsOf = ({ issues }: LoadedPlan) => issues.filter(({ severity }) => severity === "error");
const namesOf = (loaded: LoadedPlan) => (loaded.ok ? loaded.inputs.targets.map(({ name }) => name) : loaded);

describe("targets that a command lists", () => {
  it.each([
    ["YAML", "printf -- '- name: web-[1:2]\\n- name: db\\n'"],
    ["JSON", `echo '[{ "name": "web-[1:2]" }, { "name": "db" }]'`],
    ["CSV", "printf 'name,zone\\nweb-[1:2],a\\ndb,b\\n'"],
  ])("are read as %s", async (_, command) => {
    expect(namesOf(await listed(command))).toEqual(["web-1", "web-2", "db"]);
  });

  it("may be a hundred thousand", async () => {
    const loaded = await listed("awk 'BEGIN { for (i = 1; i <= 100000; i++) print \"- name: web-\" i }'");
    expect(loaded.ok && loaded.inputs.targets.length).toBe(100_000);
  });

  it("are listed for a change, whose id, version and environment the command can ask for", async () => {
    const loaded = await listed('echo "- name: $CHANGE_ID-$CHANGE_VERSION-$CHANGE_ENVIRONMENT"');
    expect(namesOf(loaded)).toEqual(["CHG-1-2.0-production"]);
  });

  it("are part of the digest", async () => {
    const digests = [];
    for (const name of ["one", "two", "two"]) {
      writeFileSync(path.join(folder, "hosts"), `- name: ${name}\n`);
      const loaded = await listed("cat hosts");
      digests.push(loaded.ok && digestOf(loaded.plan, loaded.inputs));
    }
    expect(digests[0]).not.toBe(digests[1]);
    expect(digests[1]).toBe(digests[2]);
  });

  it("may be those of groups, held against each other when they are known", async () => {
    const strategy = `strategy:
  blue-green: { active: ./lb, switch: { run: ./s, undo: ./u }, bake: 1m }
apply: { each: [{ run: ./a, undo: ./b }] }
`;
    const groups = (green: string) =>
      request(
        `targets: { groups: { blue: { run: "echo '- name: b1'" }, green: { run: "${green}" } } }`,
        strategy,
      );
    expect(namesOf(await loadPlan(groups("echo '- name: g1'")))).toEqual(["b1", "g1"]);
    const differing = await loadPlan(groups("echo '- name: g[1:2]'"));
    expect(errorsOf(differing)).toMatchObject([{ code: "groups-differ-in-size" }]);
  });

  it("are not listed to check or to explain a plan", async () => {
    const mark = path.join(folder, "ran");
    const asked = { ...request(`targets: { run: "touch ${mark}; exit 1" }`), listTargets: null };
    expect(await previewChange(asked, 0)).toMatchObject({ ok: true, change: null });
    expect(() => rmSync(mark)).toThrow("ENOENT");
  });
});

describe("a command that lists no targets", () => {
  const issueOf = async (command: string) => errorsOf(await listed(command))[0];

  it.each([
    ["fails", "echo 'no such role' >&2; exit 3", 'ended with exit code 3; it said "no such role".'],
    ["is killed", "kill -9 $$", "was ended by SIGKILL."],
    ["prints bytes", "printf '\\377\\376'", "printed what is not UTF-8 text."],
    ["prints without end", "yes web", "printed more than 16 MiB."],
  ])("because it %s is told at its place", async (_, command, ending) => {
    expect(await issueOf(command)).toMatchObject({
      code: "targets-not-listed",
      path: "targets.run",
      line: 3,
      message: `The command that lists the targets ${ending}`,
    });
  });

  it("because it prints something else is told with the line", async () => {
    expect(await issueOf("printf -- '- name: a\\n- nam: b\\n'")).toMatchObject({
      path: "targets.run",
      message: expect.stringMatching(/^Output of the command, line 2: /),
    });
    expect(await issueOf(":")).toMatchObject({ code: "hosts-file-empty", path: "targets.run" });
  });

  it("tells no secret", async () => {
    const issue = await issueOf("echo 'denied: s3cr3t-value' >&2; exit 1");
    expect(issue?.message).toContain("denied: ");
    expect(issue?.message).not.toContain("s3cr3t");
  });
});

describe("the file of known hosts", () => {
  const ssh = (name: string) =>
    request(
      `targets: { hosts: [{ name: a }], ssh: { user: u, key: env:K, known-hosts: ${JSON.stringify(name)} } }`,
    );

  it("is missed before anybody is asked to approve", async () => {
    await expect(loadPlan(ssh("known_hosts"))).rejects.toMatchObject({
      code: "PLAN_UNREADABLE",
      message: expect.stringContaining("known-hosts file"),
    });
    writeFileSync(path.join(folder, "known_hosts"), "a ssh-ed25519 AAAA\n");
    expect(await loadPlan(ssh("known_hosts"))).toMatchObject({ ok: true });
  });

  it("stands below the root", async () => {
    await expect(loadPlan(ssh("../known_hosts"))).rejects.toMatchObject({ code: "PLAN_UNREADABLE" });
  });
});
