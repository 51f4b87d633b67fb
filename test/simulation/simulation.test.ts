import { describe } from "vitest";
import { keepPromises } from "./keep-promises.ts";

describe("changes of every kind, under every fault", () => {
  keepPromises({ from: 0, seeds: 2_000, each: 250, timeoutMs: 600_000 });
});
