import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** What wrk counted; everything beside the requests is a failure. */
export type Load = Readonly<{
  requests: number;
  seconds: number;
  connect: number;
  read: number;
  write: number;
  status: number;
  timeout: number;
  slowestMs: number;
}>;

export type LoadOptions = Readonly<{
  connections?: number;
  /** false: every request opens a connection of its own. */
  isKeptOpen?: boolean;
}>;

const REPORT = `
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('LOAD {"requests":%d,"seconds":%f,"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d,"slowestMs":%f}\\n',
    summary.requests, summary.duration / 1e6, e.connect, e.read, e.write, e.status, e.timeout, latency.max / 1e3))
end
`;

/** As many requests as the machine answers, until it is told to end. */
export function startLoad(url: string, options: LoadOptions = {}): { end(): Promise<Load> } {
  const { connections = 16, isKeptOpen = true } = options;
  const folder = mkdtempSync(path.join(os.tmpdir(), "load-"));
  const script = path.join(folder, "report.lua");
  writeFileSync(script, REPORT);
  const args = [
    "-t",
    "1",
    "-c",
    String(connections),
    "-d",
    "600s",
    "--timeout",
    "10s",
    "-s",
    script,
    ...(isKeptOpen ? [] : ["-H", "Connection: close"]),
    url,
  ];
  const child = spawn("wrk", args, { stdio: ["ignore", "pipe", "pipe"] });
  process.once("exit", () => child.kill("SIGKILL"));
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    async end() {
      child.kill("SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
      const [, json] = /^LOAD (.*)$/m.exec(said) ?? [];
      if (json === undefined) throw new Error(`wrk did not report: ${said}`);
      return JSON.parse(json);
    },
  };
}

export const failuresOf = ({ connect, read, write, status, timeout }: Load): number =>
  connect + read + write + status + timeout;

export const rateOf = ({ requests, seconds }: Load): number => Math.round(requests / seconds);
