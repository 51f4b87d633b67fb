// One web service of the demo's fleet: node service.mjs FOLDER
//
// It serves the release that FOLDER/release names, under /healthz and /version. SIGHUP restarts it in
// place: it finishes what it is answering, closes its listener, reads the release again and listens.
// FOLDER/serving names the release once the service answers with it; FOLDER/config.json is this host's
// own configuration. It ends with the process that started it.

import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const PORT_FIRST = 20_000;
const PORTS = 10_000; // below the range from which systems take the client's end of a connection
const LISTEN_TRIES_MAX = 100;
const LISTEN_AGAIN_MS = 50;
const CLOSE_MS_MAX = 1_000;

const folder = process.argv[2];
const read = (name) => readFileSync(join(folder, name), "utf8").trim();
let port = null;
let server = null;

/** What 3.0 brings: it pays through a client that a host configured as "legacy" does not have. */
function findFault(release) {
  const { payments } = JSON.parse(read("config.json"));
  return release === "3.0" && payments === "legacy" ? "no payments client: this host is set to legacy" : null;
}

function answer(release, fault, request, response) {
  response.setHeader("connection", "close");
  response.setHeader("content-type", "text/plain");
  if (request.url === "/version") return response.end(`${release}\n`);
  response.statusCode = fault === null ? 200 : 503;
  response.end(fault === null ? `release ${release}\n` : `${fault}\n`);
}

async function listen() {
  const release = read("release");
  const fault = findFault(release);
  for (let tries = 1; tries <= LISTEN_TRIES_MAX; tries++) {
    server = createServer((request, response) => answer(release, fault, request, response));
    const wanted = port ?? PORT_FIRST + Math.floor(Math.random() * PORTS);
    const failed = await new Promise((resolve) => {
      server.once("error", resolve);
      server.listen(wanted, "127.0.0.1", () => resolve(null));
    });
    if (failed === null) {
      port = wanted;
      writeFileSync(join(folder, "serving"), `${release}\n`);
      return;
    }
    if (failed.code !== "EADDRINUSE" && failed.code !== "EACCES") throw failed;
    if (port !== null) await new Promise((resolve) => setTimeout(resolve, LISTEN_AGAIN_MS));
  }
  throw new Error(`no port to listen on after ${LISTEN_TRIES_MAX} tries`);
}

async function restart() {
  const old = server;
  await new Promise((resolve) => {
    old.close(resolve);
    setTimeout(() => old.closeAllConnections(), CLOSE_MS_MAX).unref();
  });
  await listen();
}

let restarting = Promise.resolve();
process.on("SIGHUP", () => {
  restarting = restarting.then(restart);
});
process.on("disconnect", () => process.exit(0));
// Ctrl-C reaches every process of the terminal; the demo ends this one itself, after the client.
process.on("SIGINT", () => {});

await listen();
writeFileSync(join(folder, "pid"), `${process.pid}\n`);
process.send?.({ port });
