import { drawScenario } from "./scenario.ts";
import { tell } from "./story.ts";

const seed = Number(process.argv[2]);
const last = Number(process.argv[3] ?? 60);
const scenario = drawScenario(seed);
const told = await tell(scenario);
console.log(
  Object.entries(scenario.faults).filter(([, v]) => v > 0),
  scenario.chapters,
  scenario.script,
);
const { change } = scenario;
console.log(JSON.stringify({ ...change, targets: change.targets.length }, null, 0));
for (const e of told.journal.slice(-last)) console.log(JSON.stringify(e).slice(0, 260));
console.log(told.broken);
