import { drawScenario } from "./test/simulation/scenario.ts";
import { tell } from "./test/simulation/story.ts";
const rows: [number, number, number, string][] = [];
for (let s = 0; s < 400; s++) { const t0 = process.cpuUsage().user; const sc = drawScenario(s); const t = await tell(sc); rows.push([s, t.passes, (process.cpuUsage().user - t0) / 1000, `${sc.change.targets.length} ${sc.change.schedule !== null} ${sc.change.triggers.length} ${(t.world.clock.now() - sc.startMs) / 3600000}h`]); }
rows.sort((a, b) => b[2] - a[2]);
console.log(rows.slice(0, 25).map((r) => r.join(" ")).join("\n"), rows.reduce((a, r) => a + r[2], 0), rows[200]);
