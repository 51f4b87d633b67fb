import { type ChildProcessByStdio, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import type { CommandCall } from "../../ports.ts";
import { readFifos } from "./fifo.ts";
import { forkRequest } from "./fork-request.ts";
import { hasEnded, jobExit, unannouncedJob } from "./job-exit.ts";
import { signalGroup } from "./process-group.ts";
import { readLines } from "./read-lines.ts";
import type { Place, Shell } from "./shell.ts";

/**
 * A bash that forks where our own process would: it is small, so its forks cost little, and ours works
 * on meanwhile. It carries out one request file at a time, each as a job, and says the job's process id
 * and its status. It ends by itself once our process is gone and the job is done. With -m a job is a
 * process group of its own; without it, wait sits out a job that is only stopped (`wait -f` can spin).
 * The trap lets it clean up when nobody is left to tell, and is none in a job.
 */
const SERVER = `trap : PIPE
mkfifo -m 600 "$1" "$2" || exit
echo ready
while read -r _; do
  set -m
  (. "$3") &
  set +m
  echo "$!"
  wait "$!"
  echo "$?"
done
rm -f "$1" "$2" "$3"`;

const END_MS_MAX = 500;
const ANSWER_MS_MAX = 10_000;
const WATCH_MS = 1_000;

export type ForkServer = Readonly<{
  isAlive(): boolean;
  /**
   * One run at a time: the next after this one's exit, and after its outputs have come to their end.
   * Rejects when the run is proven not to have started.
   */
  run(call: CommandCall, receipt: string): Promise<Shell>;
  end(): Promise<void>;
  kill(): void;
}>;

type Server = ChildProcessByStdio<Writable, Readable, null>;

/** Its files begin with `base`. Resolves with null when this machine has no suitable bash. */
export async function openForkServer(place: Place, base: string): Promise<ForkServer | null> {
  const pipes = { stdout: `${base}.out`, stderr: `${base}.err` };
  const request = `${base}.request`;
  const server = start(place, [pipes.stdout, pipes.stderr, request]);
  const gone = new Promise<void>((resolve) => server.once("close", () => resolve()));
  const lines = readLines(server.stdout);
  /** A server that does not answer is killed, which ends its lines too. */
  const answer = async () => {
    const timer = setTimeout(kill, ANSWER_MS_MAX, server);
    const line = await lines.next();
    clearTimeout(timer);
    return line;
  };
  if ((await answer()) !== "ready") return null;
  letGo(server);

  return {
    isAlive: () => server.exitCode === null && server.signalCode === null,
    async run(call, receipt) {
      writeFileSync(request, forkRequest(call, receipt, { ...place, pipes }), { mode: 0o600 });
      const [stdout, stderr] = readFifos(pipes);
      server.stdin.write("\n");
      const announced = await answer();
      const leader = announced === null ? await unannouncedJob(receipt) : Number(announced);
      if (leader === null) {
        stdout.stream.destroy();
        stderr.stream.destroy();
        throw new Error("the process that was to start it is gone");
      }
      const exit = watched(
        lines.next(),
        () => hasEnded(receipt),
        () => kill(server),
      ).then((status) => jobExit(status, { leader, receipt }));
      const closed = Promise.all([stdout.closed, stderr.closed]).then(() => {});
      return { leader, stdout: stdout.stream, stderr: stderr.stream, exit, closed };
    },
    async end() {
      server.ref();
      server.stdin.end();
      const timer = setTimeout(kill, END_MS_MAX, server);
      await gone;
      clearTimeout(timer);
      await Promise.all([pipes.stdout, pipes.stderr, request].map((file) => rm(file, { force: true })));
    },
    kill: () => kill(server),
  };
}

/** A server that has not said for a while what the receipt says has failed: it is killed. */
async function watched<T>(answer: Promise<T>, isDue: () => boolean, onOverdue: () => void): Promise<T> {
  let dueSince = 0;
  const timer = setInterval(() => {
    dueSince = isDue() ? dueSince + 1 : 0;
    if (dueSince > 1) onOverdue();
  }, WATCH_MS);
  try {
    return await answer;
  } finally {
    clearInterval(timer);
  }
}

function start(place: Place, files: readonly string[]): Server {
  const server = spawn("bash", ["--norc", "--noprofile", "-c", SERVER, "bash", ...files], {
    cwd: place.workDir,
    env: place.env,
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
  });
  // No bash, or none any more: the missing line says so.
  server.on("error", () => {});
  server.stdin.on("error", () => {});
  return server;
}

/** An idle server must not keep our process from ending; a run has pipes and a timer that do. */
function letGo(server: Server): void {
  server.unref();
  (server.stdin as Socket).unref();
  (server.stdout as Socket).unref();
}

function kill(server: Server): void {
  if (server.pid !== undefined) signalGroup(server.pid, "SIGKILL");
}
