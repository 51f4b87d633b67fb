import { spawn } from "node:child_process";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";

type Answer = "serve" | "drop" | "serve-then-drop" | { status: number; body?: string };

export type HttpRemote = Readonly<{
  url: string;
  /** What becomes of each push, in turn; the last one repeats. */
  pushes: Answer[];
  /** The same for everything that only reads. */
  reads: Answer[];
  /** The Authorization header of each request. */
  seen: (string | undefined)[];
  close(): Promise<void>;
}>;

/** A git server over HTTP for one bare repository, by git's own server program, that fails on demand. */
export async function serveHttp(remote: string): Promise<HttpRemote> {
  const state = {
    pushes: ["serve"] as Answer[],
    reads: ["serve"] as Answer[],
    seen: [] as (string | undefined)[],
  };
  const server = createServer((request, response) => {
    state.seen.push(request.headers.authorization);
    const isPush = request.method === "POST" && request.url?.endsWith("git-receive-pack") === true;
    const queue = isPush ? state.pushes : state.reads;
    const answer = (queue.length > 1 ? queue.shift() : queue[0]) ?? "serve";
    if (typeof answer === "object") return refuse(response, answer);
    if (answer === "drop") return void request.socket.destroy();
    runBackend(remote, { request, response, drop: answer === "serve-then-drop" });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${remote.split("/").at(-1)}`;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, ...state, close };
}

function refuse(response: ServerResponse, { status, body }: { status: number; body?: string }): void {
  response.writeHead(status, { "Content-Type": "text/plain" });
  response.end(body ?? "");
}

type Exchange = { request: IncomingMessage; response: ServerResponse; drop: boolean };

function runBackend(remote: string, exchange: Exchange): void {
  const { request, response, drop } = exchange;
  const [path = "", query = ""] = (request.url ?? "").split("?");
  const backend = spawn("git", ["-c", "http.receivepack=true", "http-backend"], {
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: dirname(remote),
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: String(request.headers["content-encoding"] ?? ""),
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const chunks: Buffer[] = [];
  backend.stdin.on("error", () => {});
  request.pipe(backend.stdin);
  backend.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  backend.on("close", () => {
    if (drop) request.socket.destroy();
    else answerWith(Buffer.concat(chunks), response);
  });
}

/** A CGI program's output: header lines, an empty one, the body. */
function answerWith(output: Buffer, response: ServerResponse): void {
  const end = output.indexOf("\r\n\r\n");
  let status = 200;
  for (const line of output.toString("latin1", 0, end).split("\r\n")) {
    const [name = "", value = ""] = line.split(": ");
    if (name === "Status") status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
  response.end(output.subarray(end + 4));
}
