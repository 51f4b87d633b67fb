// The demo's client with its load balancer: node client.mjs POOL
//
// It sends a request every few milliseconds to the targets of POOL/in, in turn, and counts the answers.
// A target is a file, named like it, that holds its port. Moving the file into POOL/leaving drains the
// target: no new request goes there, and once the last one is answered the file moves to POOL/out.

import { readdirSync, readFileSync, renameSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";

const REQUEST_EVERY_MS = 20;
const ANSWER_MS_MAX = 2_000;
const FAILURES_KEPT = 5;

const pool = process.argv[2];
const inFlight = new Map();
const tally = { requests: 0, failures: 0, byRelease: {}, firstFailures: [] };
let turn = 0;

function release(target) {
  const left = (inFlight.get(target) ?? 1) - 1;
  if (left > 0) inFlight.set(target, left);
  else inFlight.delete(target);
}

/** Choosing and counting in one go: a drain sees the request as soon as it can no longer prevent it. */
function choose() {
  const targets = readdirSync(join(pool, "in")).sort();
  if (targets.length === 0) return null;
  const target = targets[turn++ % targets.length];
  try {
    const port = Number(readFileSync(join(pool, "in", target), "utf8"));
    inFlight.set(target, (inFlight.get(target) ?? 0) + 1);
    return { target, port };
  } catch (error) {
    if (error.code === "ENOENT") return choose(); // drained between the two reads
    throw error;
  }
}

function fail(what) {
  tally.failures++;
  if (tally.firstFailures.length < FAILURES_KEPT) tally.firstFailures.push(what);
}

/** Adds an answer to the tally; returns what was wrong with it, or null. */
function count(status, body) {
  if (status !== 200) return `HTTP ${status}: ${body}`;
  tally.byRelease[body] = (tally.byRelease[body] ?? 0) + 1;
  return null;
}

function request() {
  tally.requests++;
  const chosen = choose();
  if (chosen === null) return fail("no target in the pool");
  const { target, port } = chosen;
  let fault = "cut off in the middle of an answer";
  const call = get(
    { host: "127.0.0.1", port, path: "/", agent: false, timeout: ANSWER_MS_MAX },
    (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text) => {
        body += text;
      });
      response.on("end", () => {
        fault = count(response.statusCode, body.trim());
      });
    },
  );
  call.on("timeout", () => call.destroy(new Error(`no answer within ${ANSWER_MS_MAX} ms`)));
  call.on("error", (error) => {
    fault = error.message;
  });
  call.on("close", () => {
    if (fault !== null) fail(`${target}: ${fault}`);
    release(target);
  });
}

function finishDrains() {
  for (const target of readdirSync(join(pool, "leaving"))) {
    if (inFlight.has(target)) continue;
    try {
      renameSync(join(pool, "leaving", target), join(pool, "out", target));
    } catch (error) {
      if (error.code !== "ENOENT") throw error; // enabled again in the meantime
    }
  }
}

setInterval(() => {
  finishDrains();
  request();
}, REQUEST_EVERY_MS);
// Any message asks for the tally.
process.on("message", () => process.send?.(tally));
process.on("disconnect", () => process.exit(0));
process.on("SIGINT", () => {});
process.send?.(tally);
