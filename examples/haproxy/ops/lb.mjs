// Speaks to HAProxy's runtime socket ($LB_SOCKET), which is where its state is changed without a reload and
// without losing a connection. Every command but `switch` may be repeated.
//   lb.mjs drain SERVER     no new requests; waits until the last one is answered
//   lb.mjs enable SERVER    in the rotation again, once HAProxy's own check has found it well
//   lb.mjs is-up SERVER     exit 0 if HAProxy sends requests there
//   lb.mjs active           prints the group that is live
//   lb.mjs switch           sends the traffic to the other group
//   lb.mjs switch-back      sends it to where it went before `switch`
//   lb.mjs idle             exit 0 if the group that is not live has no request under way
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import net from "node:net";

const ANSWER_MS_MAX = 5_000;
const DRAIN_MS_MAX = 30_000;
const POLL_MS = 50;
const BACKEND = process.env.LB_BACKEND ?? "shop";
/** Which group was live before the switch: the way back must not depend on what is live now. */
const BEFORE = `${process.env.LB_MAP}.before`;

const [command, server] = process.argv.slice(2);
const commands = {
  drain,
  enable,
  "is-up": isUp,
  active,
  switch: switchOver,
  "switch-back": switchBack,
  idle,
};
if (!Object.hasOwn(commands, command ?? ""))
  fail("usage: lb.mjs drain|enable|is-up SERVER, or active|switch|switch-back|idle");
await commands[command]();

async function drain() {
  await tell(`set server ${BACKEND}/${server} state drain`);
  const endMs = Date.now() + DRAIN_MS_MAX;
  while ((await requestsUnderWay(BACKEND, server)) > 0) {
    if (Date.now() > endMs) fail(`${server} still has requests under way`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** It counts as down until its check has passed: what HAProxy saw last may be older than the release. */
async function enable() {
  await tell(`set server ${BACKEND}/${server} health down`);
  await tell(`set server ${BACKEND}/${server} state ready`);
}

async function isUp() {
  const row = await statistics(BACKEND, server);
  if (row.status !== "UP") fail(`HAProxy says ${row.status} of ${server}`);
}

async function active() {
  process.stdout.write(`${await live()}\n`);
}

async function switchOver() {
  const group = await live();
  if (!existsSync(BEFORE)) writeFileSync(BEFORE, group);
  await turnTo(group === "blue" ? "green" : "blue");
}

async function switchBack() {
  if (existsSync(BEFORE)) await turnTo(readFileSync(BEFORE, "utf8"));
}

async function idle() {
  const group = (await live()) === "blue" ? "green" : "blue";
  if ((await requestsUnderWay(group, "BACKEND")) > 0) fail(`${group} has requests under way`);
}

/** A map has lines of the form `0x55d0 live blue`. */
async function live() {
  const line = (await ask(`show map ${process.env.LB_MAP}`))
    .split("\n")
    .find((text) => text.includes(" live "));
  return line?.trim().split(" ")[2] ?? fail("HAProxy's map does not say which group is live");
}

/** The running HAProxy follows its memory; the file is what it reads when it starts again. */
async function turnTo(group) {
  await tell(`set map ${process.env.LB_MAP} live ${group}`);
  writeFileSync(process.env.LB_MAP, `live ${group}\n`);
}

async function requestsUnderWay(backend, name) {
  const { scur, qcur } = await statistics(backend, name);
  return Number(scur) + Number(qcur);
}

async function statistics(backend, name) {
  const [head = "", ...lines] = (await ask("show stat")).replace(/^# /, "").trim().split("\n");
  const names = head.split(",");
  const rows = lines.map((line) =>
    Object.fromEntries(line.split(",").map((value, at) => [names[at], value])),
  );
  const row = rows.find(({ pxname, svname }) => pxname === backend && svname === name);
  return row ?? fail(`HAProxy knows no server ${backend}/${name}`);
}

/** A command that works says nothing. */
async function tell(line) {
  const said = (await ask(line)).trim();
  if (said !== "") fail(`HAProxy: ${said}`);
}

function ask(line) {
  return new Promise((resolve) => {
    let said = "";
    const socket = net.connect(process.env.LB_SOCKET ?? "/run/haproxy/admin.sock");
    socket.setTimeout(ANSWER_MS_MAX, () => fail("HAProxy's socket does not answer"));
    socket.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
    socket.once("error", (error) => fail(`HAProxy's socket: ${error.message}`));
    socket.once("end", () => resolve(said));
    socket.end(`${line}\n`);
  });
}

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
