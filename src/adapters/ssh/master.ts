import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { describeFailure } from "./describe-failure.ts";
import { readFrames } from "./frame.ts";
import { type Login, sshArguments } from "./ssh-arguments.ts";
import { within } from "./within.ts";
import { letGo } from "./workspace.ts";

/** ssh's own limits come first; this one is for a server that lets the login itself hang. */
const OPENING_MS_MAX = 25_000;
const CLOSING_MS_MAX = 1_000;
/** ssh's own exit code, for everything that is wrong with the connection. */
const SSH_FAILED = 255;

/** One connection to one target, which the clients of all commands share. */
export type Master = Readonly<{
  socket: string;
  /** null once commands can use it; otherwise why there is no connection. */
  opened: Promise<string | null>;
  gone: Promise<void>;
  close(): Promise<void>;
  kill(): void;
}>;

export type Place = Readonly<{
  folder: string;
  login: Login;
  sanitise: (text: string) => string;
}>;

/**
 * The connection lives as long as our process holds its standard input, so that it cannot outlive us
 * by more than the commands that are under way.
 */
export function openMaster(host: string, socket: string, place: Place): Master {
  const child = startClient(host, place, { socket, isMaster: true });
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const kill = () => void child.kill("SIGKILL");
  const opened = hearOpening(child, place.sanitise);
  void opened.then((failed) => {
    if (failed === null) letGo(child);
    else kill();
  });
  return {
    socket,
    opened,
    gone,
    async close() {
      child.ref();
      child.stdin.end();
      const timer = setTimeout(() => child.kill("SIGTERM"), CLOSING_MS_MAX);
      const last = setTimeout(kill, 2 * CLOSING_MS_MAX);
      await gone;
      clearTimeout(timer);
      clearTimeout(last);
    },
    kill,
  };
}

/** It sees nothing of our environment but where programs are: no agent, no settings of ours. */
export function startClient(
  host: string,
  { folder, login }: Pick<Place, "folder" | "login">,
  control: Readonly<{ socket: string; isMaster: boolean }>,
): ChildProcessWithoutNullStreams {
  const child = spawn("ssh", sshArguments(host, login, control), {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder },
    stdio: "pipe",
    // A terminal's interrupt is for us: we end what has to end, in order.
    detached: true,
  });
  child.stdin.on("error", () => {});
  return child;
}

async function hearOpening(
  child: ChildProcessWithoutNullStreams,
  sanitise: (text: string) => string,
): Promise<string | null> {
  const frame = randomUUID();
  let stderr = "";
  let missing = "";
  const up = new Promise<null>((resolve) => {
    const reader = readFrames(frame, { content: () => {}, words: () => resolve(null) });
    child.stdout.on("data", reader.push);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr = (stderr + chunk.toString("utf8")).slice(-4_000);
  });
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => {
      missing = `no ssh client could be started: ${error.message}`;
      resolve(missing);
    });
    child.once("close", (code) => {
      if (missing !== "") return;
      const words = describeFailure(stderr, sanitise);
      resolve(code === SSH_FAILED ? words : `the login shell did not begin /bin/sh: ${words} (exit ${code})`);
    });
  });
  child.stdin.write(`printf '%s up\\n' ${frame}; exec cat >/dev/null\n`);
  const opening = Promise.race([up, ended]);
  const answer = await within(opening, { ms: OPENING_MS_MAX, signals: [] });
  return answer === "timed-out" ? `no login within ${OPENING_MS_MAX / 1_000} s` : answer;
}
