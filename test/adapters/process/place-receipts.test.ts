import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { dropReceipts, placeReceipts } from "../../../src/adapters/process/place-receipts.ts";

let folder: string;
let memory: string;
let place: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "change-deploy-place-"));
  memory = path.join(folder, "memory");
  mkdirSync(memory);
  place = path.join(folder, "CHG-1", "receipts");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const kept = () => ({ memory, isKept: true });

it("receipts go to a folder in memory that is ours alone, and are found there again", () => {
  const made = placeReceipts(place, 10, kept());
  expect(path.dirname(made)).toBe(memory);
  expect(statSync(made).mode & 0o777).toBe(0o700);
  writeFileSync(path.join(made, "one"), "");
  expect(placeReceipts(place, 10, kept())).toBe(made);
  expect(readdirSync(place)).toEqual(["one"]);
});

it("receipts are found in memory though nothing new would go there", () => {
  const made = placeReceipts(place, 10, kept());
  expect(placeReceipts(place, 10, { memory, isKept: false })).toBe(made);
});

it("receipts on disk stay on disk", () => {
  mkdirSync(place, { recursive: true });
  expect(placeReceipts(place, 10, kept())).toBe(place);
  expect(readdirSync(memory)).toEqual([]);
});

it.each([
  ["that is emptied when somebody logs out", () => ({ memory, isKept: false }), 10],
  ["without room for them", kept, Number.MAX_SAFE_INTEGER],
  ["that is not there", () => ({ memory: path.join(folder, "none"), isKept: true }), 10],
])("receipts do not go to memory %s", (_, rules, files) => {
  expect(placeReceipts(place, files, rules())).toBe(place);
  expect(existsSync(place)).toBe(false);
});

it("after a restart of the machine, which empties its memory, there is a new folder and no receipt", () => {
  const before = placeReceipts(place, 10, kept());
  rmSync(before, { recursive: true });
  const after = placeReceipts(place, 10, kept());
  expect(after).not.toBe(before);
  expect(readdirSync(place)).toEqual([]);
});

it("another change, or the same one in a new checkout, finds none of them", () => {
  const made = placeReceipts(place, 10, kept());
  writeFileSync(path.join(made, "one"), "");
  rmSync(path.dirname(place), { recursive: true });
  expect(readdirSync(placeReceipts(place, 10, kept()))).toEqual([]);
});

it("the end of a change leaves nothing of them, wherever they were", () => {
  const made = placeReceipts(place, 10, kept());
  writeFileSync(path.join(made, "one"), "");
  dropReceipts(place);
  dropReceipts(place);
  expect(lstatSync(place, { throwIfNoEntry: false })).toBeUndefined();
  expect(readdirSync(memory)).toEqual([]);
  mkdirSync(place, { recursive: true });
  writeFileSync(path.join(place, "one"), "");
  dropReceipts(place);
  expect(existsSync(place)).toBe(false);
});
