import { expect, it } from "vitest";
import { foreseeTokenExpiry } from "../../src/gate/token-expiry.ts";

const HOUR_MS = 3_600_000;

it.each([
  ["github-hosted", 0, { expiresMs: 6 * HOUR_MS, leftMs: 6 * HOUR_MS, soon: false }],
  ["github-hosted", 5 * HOUR_MS, { expiresMs: 6 * HOUR_MS, leftMs: HOUR_MS, soon: true }],
  ["github-hosted", 9 * HOUR_MS, { expiresMs: 6 * HOUR_MS, leftMs: 0, soon: true }],
  ["self-hosted", 9 * HOUR_MS, { expiresMs: 24 * HOUR_MS, leftMs: 15 * HOUR_MS, soon: false }],
  ["elsewhere", 0, null],
  [undefined, 0, null],
])("the token of a job on a %s runner, after %i ms: %j", (runner, nowMs, expected) => {
  expect(foreseeTokenExpiry({ issuedMs: 0, runner }, nowMs)).toEqual(expected);
});
