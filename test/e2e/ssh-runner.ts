import { readFileSync } from "node:fs";
import { call, commandsTo, never } from "./setup.ts";

/** A runner of its own, so that it can be killed: `sshd` as JSON, the step's id, its script. */
const [sshd = "", id = "", script = ""] = process.argv.slice(2);
const { commands } = commandsTo(JSON.parse(readFileSync(sshd, "utf8")));
const { ending } = await commands.run(call(script, { id }), never);
process.stdout.write(`${JSON.stringify(ending)}\n`);
await commands.endAll();
