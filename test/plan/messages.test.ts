import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parsePlan } from "../../src/plan/parse.ts";

const told = (name: string) => {
  const text = readFileSync(`test/fixtures/plans/invalid/${name}.yml`, "utf8");
  const [issue] = parsePlan(text).issues;
  return `${issue?.message} ${issue?.hint}`;
};

it.each([
  [
    "budgets-past-window",
    "With a rollback at the end the budgets add up to 8h 25m, and the longest window lasts 8h. Lengthen a window, or lower the budgets: prepare 1h + backup 2h + apply 4h + verify 30m = 7h 30m forward, and decide 5m + announce 5m + restore 30m + verify 15m = 55m back.",
  ],
  [
    "rollback-past-window",
    "By its budgets a rollback may take 3h 10m, and the longest window lasts 3h. Lengthen a window, or lower `rollback.budgets`: decide 5m + announce 5m + restore 2h + verify 1h = 3h 10m.",
  ],
  ["trigger-check-unknown", "`health.checks` has no check named `alife`. Write `alive`."],
  ["trigger-backup-misspelt", "`backups` has none named `databse`. Write `database`."],
  ["trigger-backup-unknown", "`backups` has none named `database`. Add the backup to `backups`."],
  ["time-zone-unknown", "There is no time zone `Asia/Soul`. Write `Asia/Seoul`."],
  [
    "time-zone-of-no-place",
    "There is no time zone `Middle/Earth`. Write an IANA name such as Asia/Seoul or UTC.",
  ],
  [
    "groups-differ-in-size",
    "`blue` has 3 targets and `green` has 4: either must be able to carry the whole service. Give both groups as many targets.",
  ],
  [
    "groups-share-a-name",
    'The target name "blue-2" is already taken by an entry above, in the group `blue`. Each target belongs to one group: while one of them changes, the other serves.',
  ],
  [
    "stable-past-short-deadline",
    "A target must be healthy for 30s, and has failed after 20s: none can pass. Make `health.stable` shorter than `health.deadline`, or the deadline longer.",
  ],
  [
    "approval-by-too-few",
    "3 people must approve, and only 2 may. Lower `count`, or name more users or a team in `from`.",
  ],
])("%s is told with its numbers and names", (name, text) => {
  expect(told(name)).toBe(text);
});
