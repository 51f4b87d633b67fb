import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { type FrameReader, readFrames } from "./frame.ts";
import type { Leader } from "./programs.ts";

/** After its last word a program's shell ends; what it left in the background may hold its outputs. */
const CLOSE_MS_MAX = 500;

export type StreamName = "stdout" | "stderr";

export type SessionEnd =
  /** The program's last word: what became of it. `isHeld`: something keeps its outputs open. */
  | Readonly<{ kind: "said"; word: string; words: readonly string[]; isHeld: boolean }>
  /** It ended without. `stderr` is what was said before the program began; 255 is ssh's own code. */
  | Readonly<{ kind: "silent"; code: number | null; stderr: string }>;

export type Session = Readonly<{
  end: Promise<SessionEnd>;
  /** Who leads the program's processes; null as long as it is not known to have begun. */
  leader(): Leader | null;
  kill(): void;
}>;

/** Sends a program to a shell, over its standard input, and hears what it says until its end. */
export function openSession(
  child: ChildProcessWithoutNullStreams,
  program: Readonly<{ frame: string; text: string }>,
  onChunk: (stream: StreamName, chunk: Buffer) => void,
): Session {
  let leader: Leader | null = null;
  let last: readonly string[] | null = null;
  let failure = "";
  let onLast = () => {};
  let timer: NodeJS.Timeout | undefined;
  const kill = () => void child.kill("SIGKILL");
  const { stdout, stderr } = readers(program.frame, onChunk, (text) => {
    const [word = "", ...words] = text.split(" ");
    if (word === "begin") {
      leader = { pid: words[0] ?? "0", born: words[1] ?? "0" };
      return;
    }
    if (last !== null) return;
    last = [word, ...words];
    onLast();
  });

  const end = new Promise<SessionEnd>((resolve) => {
    child.on("error", (error) => {
      failure = `no ssh client could be started: ${error.message}`;
    });
    const said = (words: readonly string[], isHeld: boolean) =>
      resolve({ kind: "said", word: words[0] ?? "", words: words.slice(1), isHeld });
    onLast = () => {
      timer = setTimeout(() => {
        for (const stream of [child.stdout, child.stderr]) stream.destroy();
        kill();
        said(last ?? [], true);
      }, CLOSE_MS_MAX);
    };
    child.once("close", (code) => {
      clearTimeout(timer);
      if (last !== null) said(last, false);
      else resolve({ kind: "silent", code, stderr: failure || stderr.noise() });
    });
  });
  child.stdout.on("data", stdout.push);
  child.stderr.on("data", stderr.push);
  // A connection that is gone is told by the client's end.
  child.stdin.on("error", () => {});
  child.stdin.end(program.text);
  return { end, leader: () => leader, kill };
}

function readers(
  frame: string,
  onChunk: (stream: StreamName, chunk: Buffer) => void,
  words: (text: string) => void,
): Record<StreamName, FrameReader> {
  let isOver = false;
  const stdout = readFrames(frame, {
    content: (chunk) => {
      if (!isOver) onChunk("stdout", chunk);
    },
    words: (text) => {
      words(text);
      isOver = !text.startsWith("begin");
    },
  });
  const stderr = readFrames(frame, { content: (chunk) => onChunk("stderr", chunk), words: () => {} });
  return { stdout, stderr };
}
