import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isThere } from "../../e2e/sshd.ts";
import type { Program } from "../measure.ts";
import { CHECK, type Fleet, STEPS } from "./fleet.ts";

export type Size = Readonly<{ hosts: number; batch: number }>;

export type Tool = Readonly<{
  name: string;
  /** null: it can be run; otherwise what is missing. */
  missing: string | null;
  /** Writes what the tool reads, and says how it is started. Each call is a rollout of its own. */
  prepare(fleet: Fleet, size: Size): Program;
}>;

const ANSIBLE = process.env.BENCH_ANSIBLE ?? "ansible-playbook";

export const TOOLS: readonly Tool[] = [
  { name: "change-deploy", missing: null, prepare: changeDeploy },
  { name: "ssh, in parallel", missing: null, prepare: (fleet, size) => rawSsh(fleet, size, "") },
  {
    name: "ssh, in parallel, multiplexed",
    missing: null,
    prepare: (fleet, size) => rawSsh(fleet, size, "-o ControlMaster=auto -o ControlPath=%d/.ssh-bench-%C"),
  },
  { name: "ansible-core", missing: lack(ANSIBLE, "ansible-core"), prepare: ansible },
  { name: "Capistrano", missing: lack("cap", "capistrano"), prepare: capistrano },
  { name: "clustershell", missing: lack("clush", "clustershell"), prepare: clustershell },
  { name: "pdsh", missing: lack("pdsh", "pdsh"), prepare: pdsh },
];

function lack(program: string, from: string): string | null {
  return isThere(program) ? null : `${program} (${from})`;
}

/** Its receipts on the targets, its journal and its health gates included. */
function changeDeploy(fleet: Fleet, { hosts, batch }: Size): Program {
  changes += 1;
  const list = fleet.hosts(hosts).map((host) => `{ name: "${host}", host: "${host}" }`);
  const [install, enable] = STEPS;
  const plan = `change-plan: 1
change: { id: BENCH-${process.pid}-${changes}, title: Rollout }
targets:
  hosts: [${list.join(", ")}]
  connect: ssh
  ssh: { user: ${fleet.sshd.user}, port: ${fleet.sshd.port}, key: "env:BENCH_KEY", known-hosts: fleet_known_hosts }
strategy: { rolling: { batches: [${batch}], parallel: ${batch} } }
apply:
  each:
    - { name: Install, run: '${install}', undo: ":" }
    - { name: Enable, run: '${enable}', undo: ":" }
health: { pass: 1, stable: 0s, every: 1s, checks: [{ name: alive, run: '${CHECK}' }] }
`;
  writeFileSync(path.join(fleet.folder, "plan.yml"), plan);
  return {
    command: process.execPath,
    args: [path.resolve("dist/cli.js"), "run", "plan.yml", "--to", "1", "--plain"],
    cwd: fleet.folder,
    env: { BENCH_KEY: fleet.sshd.keyText },
  };
}

let changes = 0;

/** One batch after the other; in each, a host's three commands one after the other, hosts side by side. */
function rawSsh(fleet: Fleet, { hosts, batch }: Size, options: string): Program {
  const ssh = `ssh -F ${fleet.sshConfig} ${options.replace("%d", fleet.folder)}`;
  // With a master of its own, a host's last word is that it may go.
  const [first, exit] = options === "" ? ["", ":"] : ["-o ControlPersist=60", `${ssh} -O exit "$1"`];
  const [install, enable] = STEPS;
  const perHost = [
    `${ssh} ${first} "$1" '${install}'`,
    `${ssh} "$1" '${enable}'`,
    `${ssh} "$1" '${CHECK}'`,
  ].join(" && ");
  writeFileSync(path.join(fleet.folder, "one-host"), `{ ${perHost}; } || exit 255\n${exit} 2>/dev/null\n`);
  return inBatches(fleet, { hosts, batch }, `printf '%s\\n' $batch | xargs -n 1 -P ${batch} sh ./one-host`);
}

function clustershell(fleet: Fleet, size: Size): Program {
  const options = `-q -S -f ${size.batch} -o '-F ${fleet.sshConfig}'`;
  const line = [...STEPS, CHECK].map((step) => `clush ${options} -w "$list" '${step}'`).join(" && ");
  return inBatches(fleet, size, `list=$(echo $batch | tr ' ' ,); ${line} || exit`);
}

function pdsh(fleet: Fleet, size: Size): Program {
  const line = [...STEPS, CHECK]
    .map((step) => `pdsh -S -R ssh -f ${size.batch} -w "$list" '${step}'`)
    .join(" && ");
  const program = inBatches(fleet, size, `list=$(echo $batch | tr ' ' ,); ${line} || exit`);
  return { ...program, env: { PDSH_SSH_ARGS: `-F ${fleet.sshConfig} %h` } };
}

function inBatches(fleet: Fleet, { hosts, batch }: Size, line: string): Program {
  const all = fleet.hosts(hosts);
  const batches = Array.from({ length: Math.ceil(hosts / batch) }, (_, at) =>
    all.slice(at * batch, (at + 1) * batch).join(" "),
  );
  const script = batches.map((names) => `batch='${names}'\n${line}`).join("\n");
  return { command: "sh", args: ["-eu", "-c", script], cwd: fleet.folder };
}

/** As it comes, but for facts that nobody asks for and as many forks as a batch has hosts. */
function ansible(fleet: Fleet, { hosts, batch }: Size): Program {
  const folder = path.join(fleet.folder, "ansible");
  mkdirSync(folder, { recursive: true });
  const tasks = [...STEPS, CHECK].map((step) => ({ "ansible.builtin.shell": step }));
  const play = [{ hosts: "all", gather_facts: false, serial: batch, tasks }];
  writeFileSync(path.join(folder, "play.yml"), JSON.stringify(play));
  writeFileSync(path.join(folder, "inventory"), `${fleet.hosts(hosts).join("\n")}\n`);
  writeFileSync(
    path.join(folder, "ansible.cfg"),
    ["[defaults]", `forks = ${batch}`, "interpreter_python = /usr/bin/python3", ""].join("\n"),
  );
  const env = {
    ANSIBLE_HOME: folder,
    ANSIBLE_SSH_CONTROL_PATH_DIR: path.join(folder, "cp"),
    ANSIBLE_SSH_ARGS: `-F ${fleet.sshConfig} -o ControlMaster=auto -o ControlPersist=60s`,
  };
  return { command: ANSIBLE, args: ["-i", "inventory", "play.yml"], cwd: folder, env };
}

/** The plugin that it would load anyway, with a warning; nothing of it runs. */
const CAPFILE = `require "capistrano/setup"
require "capistrano/deploy"
require "capistrano/scm/git"
install_plugin Capistrano::SCM::Git
`;

function capistrano(fleet: Fleet, { hosts, batch }: Size): Program {
  const folder = path.join(fleet.folder, "capistrano");
  mkdirSync(path.join(folder, "config", "deploy"), { recursive: true });
  const { port, user } = fleet.sshd;
  // Its library knows no patterns for hosts on a port of their own.
  const hostKey = readFileSync(fleet.sshd.knownHostsFile, "utf8").split(" ").slice(1).join(" ");
  const knownHostsFile = path.join(folder, "known_hosts");
  writeFileSync(
    knownHostsFile,
    fleet
      .hosts(hosts)
      .map((host) => `[${host}]:${port} ${hostKey}`)
      .join(""),
  );
  const servers = fleet.hosts(hosts).map((host) => `server "${host}", roles: [:all]`);
  const ssh = `keys: ["${fleet.keyFile}"], keys_only: true, port: ${port}, user: "${user}", auth_methods: ["publickey"], config: false, user_known_hosts_file: "${knownHostsFile}", verify_host_key: :always`;
  writeFileSync(path.join(folder, "Capfile"), CAPFILE);
  const steps = [...STEPS, CHECK].map((step) => `    execute ${JSON.stringify(step).replaceAll("$", "\\$")}`);
  const deploy = [
    'set :application, "bench"',
    "set :format, :dot",
    `set :ssh_options, { ${ssh} }`,
    "task :roll do",
    `  on roles(:all), in: :groups, limit: ${batch}, wait: 0 do`,
    ...steps,
    "  end",
    "end",
  ];
  writeFileSync(path.join(folder, "config", "deploy.rb"), `${deploy.join("\n")}\n`);
  writeFileSync(path.join(folder, "config", "deploy", "bench.rb"), `${servers.join("\n")}\n`);
  return { command: "cap", args: ["bench", "roll"], cwd: folder };
}

/** Steps that a rollout has left on the hosts, so that no tool is measured at doing nothing. */
export function countSteps(fleet: Fleet): number {
  const count = (name: string) => {
    const file = path.join(fleet.sshd.home, name);
    const lines = execFileSync("sh", [
      "-c",
      `{ wc -l < "$1"; } 2>/dev/null || echo 0; rm -f "$1"`,
      "sh",
      file,
    ]);
    return Number(lines.toString().trim().split("\n")[0]);
  };
  return count("install.log") + count("enable.log");
}
